PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE conversation (
  num        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  site       TEXT    NOT NULL,
  visitor    TEXT    NOT NULL,
  log        TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  state      TEXT    NOT NULL
) STRICT;
INSERT INTO conversation VALUES(1,'yAs61C2ZibRD9Z4HK6yW8w','demo','w9o-fcrE-aR137mAQo-Fuw','He1h7PlO5VC0DxsY-U8QMQ',19,5,1795286088225,1795286108411,'{"handoff":{"phase":"bot","epoch":1},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"JKwSMqL8BocG4rqmoXREFQ","turns":2,"context":{"lost":2},"skills":[],"unanswered":[],"turn":null},"notes":{},"queued":[],"lastWords":"f28cf3f3b8439ca104d8777a","desk":{"status":"pending","assignee":null,"team":null},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(2,'aanF0eYyIrNDpgquSh2p6g','demo','qCTypeXWuaTL6dMmp-Z0AQ','eYZolD6Unt7elagvGRM9RA',11,4,1795286088363,1795286088427,'{"handoff":{"phase":"asking","wish":{"id":"-70vyrWXBcWb8BhxUy6wIg","by":"visitor","reason":"visitor_asked","summary":null,"skills":[],"chosen":null,"route":null,"at":1795286088427},"topics":[{"id":"orders-and-returns","label":"Orders and returns"}],"epoch":2},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"Vj2thti-YEmUjbttxbugYw","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{},"queued":[],"lastWords":"861e0ac3880a0107962fbcdf","desk":{"status":"pending","assignee":null,"team":null},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(3,'EoilDZMcAv8gFu6IyKOfEQ','demo','wrBylBYrH5Z5WmrOGzaWbw','GpXZxtNW64z2fMylcY7kRg',24,6,1795286088433,1795286108618,'{"handoff":{"phase":"transferring","wish":{"id":"REjei7JTSAMiqUFhS3DI7g","by":"visitor","reason":"visitor_asked","summary":null,"skills":[],"chosen":null,"route":{"team":"support","label":"Support","trail":["The visitor chose something else: the default team (Support)."]},"at":1795286088466},"epoch":2},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"3yWtPDwlcXbby8lInnOM6Q","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"tLyyAOJ8fbAOuAlWvlxYqA":{"text":"**Visitor 57f1 asked for a person.**\n\nTeam: **Support**\n\nWhy: The visitor chose something else: the default team (Support).\n\nNothing was left unfinished with the assistant.\n\nThe whole conversation is above.","quote":"0ae36104610045e3adf7df17","summary":null}},"queued":["a6e1ff8c16d9ca5f803d0eb0"],"lastWords":"a6e1ff8c16d9ca5f803d0eb0","desk":{"status":"pending","assignee":null,"team":null},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(4,'3Adg3jpFum3J8s34eXIUZg','demo','nrJBnUsPHGs6Zj5rXlf4Ag','Gd_Be9cw7Xyh4r9n3rmdAA',83,8,1795286088531,1795286108621,'{"handoff":{"phase":"waiting","wish":{"id":"adMVfWXWnVXPrT8mJQUF2A","by":"visitor","reason":"visitor_asked","summary":null,"skills":[],"chosen":null,"route":{"team":"support","trail":["The visitor chose something else: the default team (Support)."],"label":"Support"},"at":1795286088565},"agent":null,"epoch":3},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"J6sYeTcFUzAp5dVFtVTnPQ","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"U32H7tm0InzxNu_g2tHPSA":{"text":"Visitor 7d81 is waiting here, and nobody is assigned.","quote":null,"summary":null}},"queued":["d536c7ca387d426567e407cc","5106763e00debd43051ffceb"],"lastWords":"5106763e00debd43051ffceb","desk":{"status":"open","assignee":null,"team":{"key":"1","name":"support"}},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(5,'oaL9r2YEJDnFuUvLc7hfIA','demo','0j9TciRaJV_9BBkgVQTCVQ','axlGINmV_XsNHJJHNIGiMg',30,10,1795286088682,1795286088806,'{"handoff":{"phase":"human","wish":{"id":"itSn7x7zTHI7ugBWGtAYDg","by":"visitor","reason":"visitor_asked","summary":null,"skills":[],"chosen":null,"route":{"team":"support","trail":["The visitor chose something else: the default team (Support)."],"label":"Support"},"at":1795286088715},"agent":{"key":"2","name":"Mara Ostby"},"epoch":3},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"OQ50dTJlgV3jBaUiJK35hw","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"QcWIrmKksqIrNQSbU8zx8w":{"text":"Visitor 913f is waiting here, and nobody is assigned.","quote":null,"summary":null}},"queued":["bed9b6566ff97414e6e0edcc","63217e3862f640f6f6bb35ba"],"lastWords":"63217e3862f640f6f6bb35ba","desk":{"status":"open","assignee":null,"team":{"key":"1","name":"support"}},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(6,'3oNzBxzY5nxCPZNQqWYqxg','demo','-MfUruFRDYSIo46wqxTnQA','4P9fBVyGVAHssZOtNhG-IA',28,9,1795286088812,1795286088938,'{"handoff":{"phase":"ending","by":"agent","agent":{"key":"2","name":"Mara Ostby"},"epoch":4},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"TSH4MS_0hFsoUqTqi0UXAA","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"apt93c66MUnaMQng1323aw":{"text":"Visitor 2e82 is waiting here, and nobody is assigned.","quote":null,"summary":null}},"queued":[],"lastWords":"ca1c0a15cdae62a3769a7ace","desk":{"status":"resolved","assignee":null,"team":{"key":"1","name":"support"}},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(7,'cX_j90nZL8e8gAkWTC4bow','demo','fEvH30lJQJIY30EUBENCIw','s9rzQwBCOLtNQp_HFfGsJw',29,9,1795286088964,1795286089081,'{"handoff":{"phase":"ending","by":"visitor","agent":{"key":"2","name":"Mara Ostby"},"epoch":4},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"sn0T6D9k9leZGMMwVJba4g","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"O-AfRCSi15vbseIWvS3oIQ":{"text":"Visitor 992d ended the chat.","quote":null,"summary":null}},"queued":[],"lastWords":"12705b43d0a2a17ff71c27d7","desk":{"status":"open","assignee":null,"team":{"key":"1","name":"support"}},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(8,'wnfYqjOO4u93RvP73xPEHA','demo','-vm7ed1ruqlkfYNnpzWGxA','M5JsvW7N1IiIvsBCrZdpZg',32,8,1795286089086,1795286108543,'{"handoff":{"phase":"waiting","wish":{"id":"ptteNOO1s89isW6QTi-sQg","by":"visitor","reason":"visitor_asked","summary":null,"skills":[],"chosen":null,"route":{"team":"support","trail":["The visitor chose something else: the default team (Support)."],"label":"Support"},"at":1795286108363},"agent":null,"epoch":3},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"zRmSFKj901mvMPv8xAe2og","turns":1,"context":{"lost":1},"skills":[],"unanswered":[],"turn":null},"notes":{"DxW93dkFTzDLBVKb9obLiQ":{"text":"Visitor f664 is waiting here, and nobody is assigned.","quote":null,"summary":null}},"queued":["a0d62ae493ae60eb38d6b17a","550d591159f72489da1c7c36"],"lastWords":"550d591159f72489da1c7c36","desk":{"status":"open","assignee":null,"team":{"key":"1","name":"support"}},"deleted":[],"healed":[]}');
INSERT INTO conversation VALUES(9,'cxWsFAr-8P6XhK9aJKzeqg','slow','rorTIcKFEcaiQe9hetyKyg','BumEJo-SWIe3TxLKzRgB_Q',10,3,1795286108595,1795286108643,'{"handoff":{"phase":"bot","epoch":1},"language":"en","page":null,"round":1,"revived":false,"rounds":1,"bot":{"session":"vF0DdjBViKek0az8kn4uYg","turns":0,"context":{},"skills":[],"unanswered":["10e83658b1abc42e5b13cbae","8f0476821ba25894ba9f3125"],"turn":"dKa1vvL5HctN_q0xsXONfQ"},"notes":{},"queued":[],"lastWords":"8f0476821ba25894ba9f3125","desk":{"status":"pending","assignee":null,"team":null},"deleted":[],"healed":[]}');
CREATE TABLE message (
  conversation INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  deleted      INTEGER NOT NULL DEFAULT 0,
  author       TEXT    NOT NULL,
  text         TEXT    NOT NULL,
  choices      TEXT,
  files        TEXT,
  PRIMARY KEY (conversation, id)
) STRICT;
INSERT INTO message VALUES(1,'UMLkagZSaBh385RNUP_Ifg',1795286088225,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(1,'a309aca630940c260a56aff9',1795286088225,0,'{"kind":"visitor"}','When do you deliver? (1)',NULL,NULL);
INSERT INTO message VALUES(1,'AWfnYVxUfJYeybI0gg0dcg.0',1795286088236,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(1,'f28cf3f3b8439ca104d8777a',1795286088304,0,'{"kind":"visitor"}','One more thing. (1)',NULL,NULL);
INSERT INTO message VALUES(1,'RccdTXxYfndZXRMZJf0MvQ.0',1795286088309,0,'{"kind":"bot"}','No answer to this either. A person can look at it.','[{"title":"Talk to a person","value":"Talk to a person"}]',NULL);
INSERT INTO message VALUES(2,'bLwUoG-uakmW2BB_E5wMPg',1795286088363,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(2,'861e0ac3880a0107962fbcdf',1795286088363,0,'{"kind":"visitor"}','When do you deliver? (2)',NULL,NULL);
INSERT INTO message VALUES(2,'fu9lpdHNrZ2r4Nl7CXDRYA.0',1795286088366,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(3,'mmG4N1U0kWANe8Tgm1uNJg',1795286088433,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(3,'0ae36104610045e3adf7df17',1795286088433,0,'{"kind":"visitor"}','When do you deliver? (3)',NULL,NULL);
INSERT INTO message VALUES(3,'iGN2xq-Pu5o5s1JQHOxlFw.0',1795286088437,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(3,'a6e1ff8c16d9ca5f803d0eb0',1795286088471,0,'{"kind":"visitor"}','Is anybody there? (3)',NULL,NULL);
INSERT INTO message VALUES(4,'hca3VIjUDKzzxkIbhh2ndg',1795286088531,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(4,'e14987f42dd42f5c10ce147d',1795286088531,0,'{"kind":"visitor"}','When do you deliver? (4)',NULL,NULL);
INSERT INTO message VALUES(4,'PuhpaK4NmdUa0-1K9Bz6-A.0',1795286088535,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(4,'d536c7ca387d426567e407cc',1795286088620,0,'{"kind":"visitor"}','Still here. (4)',NULL,NULL);
INSERT INTO message VALUES(4,'5106763e00debd43051ffceb',1795286088625,0,'{"kind":"visitor"}','And waiting. (4)',NULL,NULL);
INSERT INTO message VALUES(5,'qiQKAcp9TgExV8_Eq8rnmg',1795286088682,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(5,'f2d03f39c37d905463938ab1',1795286088682,0,'{"kind":"visitor"}','When do you deliver? (5)',NULL,NULL);
INSERT INTO message VALUES(5,'STfglpgsU00-mqQcaKCoyQ.0',1795286088686,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(5,'d.1.26',1795286088000,0,'{"kind":"agent","name":"Mara Ostby","team":"Support"}','Hello, I am Mara. (5)',NULL,NULL);
INSERT INTO message VALUES(5,'bed9b6566ff97414e6e0edcc',1795286088803,0,'{"kind":"visitor"}','My lamp is dark. (5)',NULL,NULL);
INSERT INTO message VALUES(5,'63217e3862f640f6f6bb35ba',1795286088806,0,'{"kind":"visitor"}','Very dark. (5)',NULL,NULL);
INSERT INTO message VALUES(6,'X9ub6ldIQ3GJO-cqABk-og',1795286088812,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(6,'ca1c0a15cdae62a3769a7ace',1795286088812,0,'{"kind":"visitor"}','When do you deliver? (6)',NULL,NULL);
INSERT INTO message VALUES(6,'Dx3UQoff69nBpotSBE9JVQ.0',1795286088816,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(6,'d.1.34',1795286088000,0,'{"kind":"agent","name":"Mara Ostby","team":"Support"}','Good bye. (6)',NULL,NULL);
INSERT INTO message VALUES(7,'pxWEF5ZUXeVsxWgKDROZhg',1795286088964,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(7,'12705b43d0a2a17ff71c27d7',1795286088964,0,'{"kind":"visitor"}','When do you deliver? (7)',NULL,NULL);
INSERT INTO message VALUES(7,'Z0H5SVN9YZrfvw9q7lfvGA.0',1795286088968,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(7,'d.1.43',1795286089000,0,'{"kind":"agent","name":"Mara Ostby","team":"Support"}','Yes? (7)',NULL,NULL);
INSERT INTO message VALUES(8,'31O-Cu2qE2F6ZRBiNv70-g',1795286089086,0,'{"kind":"bot"}','Hello. I know the catalogue.',NULL,NULL);
INSERT INTO message VALUES(8,'905611118ad533823f14c468',1795286089086,0,'{"kind":"visitor"}','When do you deliver? (8)',NULL,NULL);
INSERT INTO message VALUES(8,'aBSu-rTLyf_SFd3hzCSmog.0',1795286089090,0,'{"kind":"bot"}','There is no answer to this here. Ask differently, or talk to a person.','[{"title":"Talk to a person","value":"Talk to a person"},{"title":"Where is my order?","value":"Where is my order?"},{"title":"Return a lamp","value":"Return a lamp"},{"title":"Which shade fits?","value":"Which shade fits?"}]',NULL);
INSERT INTO message VALUES(8,'a0d62ae493ae60eb38d6b17a',1795286108530,0,'{"kind":"visitor"}','Where is my order? (8)',NULL,NULL);
INSERT INTO message VALUES(8,'550d591159f72489da1c7c36',1795286108532,0,'{"kind":"visitor"}','I gave you the number. (8)',NULL,NULL);
INSERT INTO message VALUES(9,'iGCUFqWmU-ut148anZ4sYA',1795286108595,0,'{"kind":"bot"}','I think.',NULL,NULL);
INSERT INTO message VALUES(9,'10e83658b1abc42e5b13cbae',1795286108595,0,'{"kind":"visitor"}','Think about this. (9)',NULL,NULL);
INSERT INTO message VALUES(9,'8f0476821ba25894ba9f3125',1795286108635,0,'{"kind":"visitor"}','And about that. (9)',NULL,NULL);
CREATE TABLE event (
  conversation INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  message      TEXT,
  body         TEXT,
  PRIMARY KEY (conversation, seq),
  FOREIGN KEY (conversation, message) REFERENCES message (conversation, id),
  CHECK ((message IS NULL) <> (body IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO event VALUES(1,1,'UMLkagZSaBh385RNUP_Ifg',NULL);
INSERT INTO event VALUES(1,2,'a309aca630940c260a56aff9',NULL);
INSERT INTO event VALUES(1,3,'AWfnYVxUfJYeybI0gg0dcg.0',NULL);
INSERT INTO event VALUES(1,4,'f28cf3f3b8439ca104d8777a',NULL);
INSERT INTO event VALUES(1,5,'RccdTXxYfndZXRMZJf0MvQ.0',NULL);
INSERT INTO event VALUES(2,1,'bLwUoG-uakmW2BB_E5wMPg',NULL);
INSERT INTO event VALUES(2,2,'861e0ac3880a0107962fbcdf',NULL);
INSERT INTO event VALUES(2,3,'fu9lpdHNrZ2r4Nl7CXDRYA.0',NULL);
INSERT INTO event VALUES(2,4,NULL,'{"kind":"handoff","at":1795286088427,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(3,1,'mmG4N1U0kWANe8Tgm1uNJg',NULL);
INSERT INTO event VALUES(3,2,'0ae36104610045e3adf7df17',NULL);
INSERT INTO event VALUES(3,3,'iGN2xq-Pu5o5s1JQHOxlFw.0',NULL);
INSERT INTO event VALUES(3,4,NULL,'{"kind":"handoff","at":1795286088466,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(3,5,NULL,'{"kind":"handoff","at":1795286088468,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(3,6,'a6e1ff8c16d9ca5f803d0eb0',NULL);
INSERT INTO event VALUES(4,1,'hca3VIjUDKzzxkIbhh2ndg',NULL);
INSERT INTO event VALUES(4,2,'e14987f42dd42f5c10ce147d',NULL);
INSERT INTO event VALUES(4,3,'PuhpaK4NmdUa0-1K9Bz6-A.0',NULL);
INSERT INTO event VALUES(4,4,NULL,'{"kind":"handoff","at":1795286088565,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(4,5,NULL,'{"kind":"handoff","at":1795286088566,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(4,6,NULL,'{"kind":"handoff","at":1795286088609,"handoff":{"phase":"waiting","epoch":3,"team":"Support","agent":null},"because":"queued","seq":6}');
INSERT INTO event VALUES(4,7,'d536c7ca387d426567e407cc',NULL);
INSERT INTO event VALUES(4,8,'5106763e00debd43051ffceb',NULL);
INSERT INTO event VALUES(5,1,'qiQKAcp9TgExV8_Eq8rnmg',NULL);
INSERT INTO event VALUES(5,2,'f2d03f39c37d905463938ab1',NULL);
INSERT INTO event VALUES(5,3,'STfglpgsU00-mqQcaKCoyQ.0',NULL);
INSERT INTO event VALUES(5,4,NULL,'{"kind":"handoff","at":1795286088715,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(5,5,NULL,'{"kind":"handoff","at":1795286088716,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(5,6,NULL,'{"kind":"handoff","at":1795286088755,"handoff":{"phase":"waiting","epoch":3,"team":"Support","agent":null},"because":"queued","seq":6}');
INSERT INTO event VALUES(5,7,NULL,'{"kind":"handoff","at":1795286088780,"handoff":{"phase":"human","epoch":3,"team":"Support","agent":{"name":"Mara Ostby"}},"because":"joined","seq":7}');
INSERT INTO event VALUES(5,8,'d.1.26',NULL);
INSERT INTO event VALUES(5,9,'bed9b6566ff97414e6e0edcc',NULL);
INSERT INTO event VALUES(5,10,'63217e3862f640f6f6bb35ba',NULL);
INSERT INTO event VALUES(6,1,'X9ub6ldIQ3GJO-cqABk-og',NULL);
INSERT INTO event VALUES(6,2,'ca1c0a15cdae62a3769a7ace',NULL);
INSERT INTO event VALUES(6,3,'Dx3UQoff69nBpotSBE9JVQ.0',NULL);
INSERT INTO event VALUES(6,4,NULL,'{"kind":"handoff","at":1795286088846,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(6,5,NULL,'{"kind":"handoff","at":1795286088849,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(6,6,NULL,'{"kind":"handoff","at":1795286088887,"handoff":{"phase":"waiting","epoch":3,"team":"Support","agent":null},"because":"queued","seq":6}');
INSERT INTO event VALUES(6,7,NULL,'{"kind":"handoff","at":1795286088908,"handoff":{"phase":"human","epoch":3,"team":"Support","agent":{"name":"Mara Ostby"}},"because":"joined","seq":7}');
INSERT INTO event VALUES(6,8,'d.1.34',NULL);
INSERT INTO event VALUES(6,9,NULL,'{"kind":"handoff","at":1795286088938,"handoff":{"phase":"ending","epoch":4,"by":"agent","agent":{"name":"Mara Ostby"}},"because":"resolved","seq":9}');
INSERT INTO event VALUES(7,1,'pxWEF5ZUXeVsxWgKDROZhg',NULL);
INSERT INTO event VALUES(7,2,'12705b43d0a2a17ff71c27d7',NULL);
INSERT INTO event VALUES(7,3,'Z0H5SVN9YZrfvw9q7lfvGA.0',NULL);
INSERT INTO event VALUES(7,4,NULL,'{"kind":"handoff","at":1795286088996,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(7,5,NULL,'{"kind":"handoff","at":1795286088997,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(7,6,NULL,'{"kind":"handoff","at":1795286089033,"handoff":{"phase":"waiting","epoch":3,"team":"Support","agent":null},"because":"queued","seq":6}');
INSERT INTO event VALUES(7,7,NULL,'{"kind":"handoff","at":1795286089057,"handoff":{"phase":"human","epoch":3,"team":"Support","agent":{"name":"Mara Ostby"}},"because":"joined","seq":7}');
INSERT INTO event VALUES(7,8,'d.1.43',NULL);
INSERT INTO event VALUES(7,9,NULL,'{"kind":"handoff","at":1795286089080,"handoff":{"phase":"ending","epoch":4,"by":"visitor","agent":{"name":"Mara Ostby"}},"because":"ended","seq":9}');
INSERT INTO event VALUES(8,1,'31O-Cu2qE2F6ZRBiNv70-g',NULL);
INSERT INTO event VALUES(8,2,'905611118ad533823f14c468',NULL);
INSERT INTO event VALUES(8,3,'aBSu-rTLyf_SFd3hzCSmog.0',NULL);
INSERT INTO event VALUES(8,4,NULL,'{"kind":"handoff","at":1795286108363,"handoff":{"phase":"asking","epoch":2,"topics":[{"id":"orders-and-returns","label":"Orders and returns"}]},"because":"asked","seq":4}');
INSERT INTO event VALUES(8,5,NULL,'{"kind":"handoff","at":1795286108368,"handoff":{"phase":"transferring","epoch":2,"team":"Support"},"because":"connecting","seq":5}');
INSERT INTO event VALUES(8,6,NULL,'{"kind":"handoff","at":1795286108504,"handoff":{"phase":"waiting","epoch":3,"team":"Support","agent":null},"because":"queued","seq":6}');
INSERT INTO event VALUES(8,7,'a0d62ae493ae60eb38d6b17a',NULL);
INSERT INTO event VALUES(8,8,'550d591159f72489da1c7c36',NULL);
INSERT INTO event VALUES(9,1,'iGCUFqWmU-ut148anZ4sYA',NULL);
INSERT INTO event VALUES(9,2,'10e83658b1abc42e5b13cbae',NULL);
INSERT INTO event VALUES(9,3,'8f0476821ba25894ba9f3125',NULL);
CREATE TABLE receipt (
  conversation INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  hash         TEXT    NOT NULL,
  seq          INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (conversation, id)
) STRICT, WITHOUT ROWID;
INSERT INTO receipt VALUES(1,'a309aca630940c260a56aff9','YqDK1BdBRDoQfW4N9TghxuL6fBJZmaxSXw7_or9hZmo',2,1795286088225);
INSERT INTO receipt VALUES(1,'f28cf3f3b8439ca104d8777a','c16Lt8jCmZ6Y_SVM7OrcIkCLeVxioM1B2OSQer6fBKA',4,1795286088304);
INSERT INTO receipt VALUES(2,'78f18704e80355023e1b90b7','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088427);
INSERT INTO receipt VALUES(2,'861e0ac3880a0107962fbcdf','GksxZnn0M4hB1LpcgdMhrCZNDrOoJ6BkHWqaGafCJBw',2,1795286088363);
INSERT INTO receipt VALUES(3,'0ae36104610045e3adf7df17','lvccxIwW9UfxtF7irAFd2E2rTQ4czoDrQOMi1PCSjec',2,1795286088433);
INSERT INTO receipt VALUES(3,'988e4332513a9fe5305556c7','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088466);
INSERT INTO receipt VALUES(3,'a6e1ff8c16d9ca5f803d0eb0','WlsJcnLEQbPxnG7P2MvZpysUlToUxikkeTk2l-GyXF8',6,1795286088471);
INSERT INTO receipt VALUES(4,'5106763e00debd43051ffceb','BQceRgw_5YA9pmLi3Bwq17c_O5v0LtJjrILGgYB06sU',8,1795286088625);
INSERT INTO receipt VALUES(4,'68547d677df935e240867df0','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088565);
INSERT INTO receipt VALUES(4,'d536c7ca387d426567e407cc','YLBYToXAt727RZ0V4_Ntf6pYufAlqdZXjdhRpJxVxhI',7,1795286088620);
INSERT INTO receipt VALUES(4,'e14987f42dd42f5c10ce147d','85boAad_Z9HGThNHVYf4YZ7JWTClWBd-fbsIwm8PUFk',2,1795286088531);
INSERT INTO receipt VALUES(5,'63217e3862f640f6f6bb35ba','bGOzYN3YI-cVeXqYd3-0eXtKx4cwPFAqbGOWyUDNWvc',10,1795286088806);
INSERT INTO receipt VALUES(5,'bed9b6566ff97414e6e0edcc','fP0UZHMRE7OgaoXfO42_Cl2qHZVoThgLSqFfMx9h0aM',9,1795286088803);
INSERT INTO receipt VALUES(5,'cefab040bbf32326c7d41a46','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088715);
INSERT INTO receipt VALUES(5,'f2d03f39c37d905463938ab1','h7WXNLZWrZZZG_OgFfR_xVX2HseEj9FrFTg_cclEhhc',2,1795286088682);
INSERT INTO receipt VALUES(6,'284e630604b23a549ba2b01a','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088846);
INSERT INTO receipt VALUES(6,'ca1c0a15cdae62a3769a7ace','wmTwwZBOOnQXH5lqWLwRDeyDqdr1oZqcv86c7kb_kQ8',2,1795286088812);
INSERT INTO receipt VALUES(7,'12705b43d0a2a17ff71c27d7','hOwHnH8lZpXZ_h7iG2NMk1GJ_fhu8zXkhe603ZODwlI',2,1795286088964);
INSERT INTO receipt VALUES(7,'eb5c040ade51130b81139dc0','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286088996);
INSERT INTO receipt VALUES(8,'550d591159f72489da1c7c36','MnmFdRELLlvWZ3hkWdjMvKy5Q1B131GymFMGFUXfjyw',8,1795286108532);
INSERT INTO receipt VALUES(8,'905611118ad533823f14c468','G5hQUJ5rgepDkgWgbLGvGmcS19GEYRCKfxl3tWdCBl8',2,1795286089086);
INSERT INTO receipt VALUES(8,'a0d62ae493ae60eb38d6b17a','Vz5RfZ67w9qSQsEkgijELW5ki9aAX24wYhBYB5s1_Gk',7,1795286108530);
INSERT INTO receipt VALUES(8,'c60dbfa5b6137a8054680139','kO1N4vvDkUg1j4m2spsSzIFAmL2tPH8qhIzRzatu6gg',3,1795286108363);
INSERT INTO receipt VALUES(9,'10e83658b1abc42e5b13cbae','EdRsrt10PCicipqJzsQnb6kcgs0mdkB798ez-fZ2-ak',2,1795286108595);
INSERT INTO receipt VALUES(9,'8f0476821ba25894ba9f3125','8oMLxmTOAgIFU6LbR9pC3eg4uaiIuMmoFzCVimW0_QI',3,1795286108635);
CREATE TABLE session (
  hash         TEXT    PRIMARY KEY,
  conversation INTEGER NOT NULL,
  site         TEXT    NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO session VALUES('DuN5y1HLw_2Kxc75Z-II9oWdv3sH168CgnKm7EVBL_4',2,'demo',1795286088363,1797878088362);
INSERT INTO session VALUES('IJgIjrvWFADrRB4xc4Vzf1wpZd6gD-NDShBvAWuuhWQ',7,'demo',1795286088964,1797878088964);
INSERT INTO session VALUES('VmJOgRUTHkhWLrqdI3Vo-FQkOTeXDElQBmCEbC7vLR8',3,'demo',1795286088433,1797878088432);
INSERT INTO session VALUES('ZFvaGgwSlkBAlfGxrUhYzY_6IJtxjrG0P5SYn49-uV8',9,'slow',1795286108596,1797878108595);
INSERT INTO session VALUES('Zm4qtorPjqkS3YAw2uvnXHRH3F-VOCHuZurCf82Wqdw',1,'demo',1795286088226,1797878088218);
INSERT INTO session VALUES('bKmsEL5dmeG7-ryj1Mumn_dv8E5o0grnAfYHiWHlSKo',4,'demo',1795286088531,1797878088530);
INSERT INTO session VALUES('pLBbl5gxa7l7B6o5qVKUheUqEwOnN9nc1pypZdB4q6g',8,'demo',1795286089086,1797878089085);
INSERT INTO session VALUES('rMkCfC-tr5pNohRjbb9mcIPSO-AK3hTELCEDznEBgS4',6,'demo',1795286088812,1797878088810);
INSERT INTO session VALUES('rOAWq6ZO21ZeliDtxPv_RN95N6otxqZAFnoZbuJnj-A',5,'demo',1795286088682,1797878088681);
CREATE TABLE work (
  conversation INTEGER NOT NULL,
  num          INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  status       TEXT    NOT NULL CHECK (status IN ('ready', 'sending', 'unknown')),
  not_before   INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  sent_at      INTEGER,
  lease_owner  TEXT,
  lease_until  INTEGER,
  fence        INTEGER NOT NULL DEFAULT 0,
  task         TEXT    NOT NULL,
  PRIMARY KEY (conversation, num)
) STRICT, WITHOUT ROWID;
INSERT INTO work VALUES(1,100001,'JZIb0ryATqPfu1ET-QQQDg','sending',1795286108408,3,1795286108410,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"9MyGxtc4tMKXs_vm_8UYWI07","step":"say","message":"f28cf3f3b8439ca104d8777a"}}');
INSERT INTO work VALUES(1,120001,'IKtVZ5iNDsWsCg3jR45AYw','ready',1795286088309,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"dQbPagFjpeJj2XRyD9ZMlZl6","step":"say","message":"RccdTXxYfndZXRMZJf0MvQ.0"}}');
INSERT INTO work VALUES(2,100001,'NQ-17bQDpxFvodRP9BFOBA','ready',1795286688427,0,NULL,NULL,NULL,0,'{"lane":"timer","timer":"askedTooLong","epoch":2}');
INSERT INTO work VALUES(3,110004,'_cs_PrDP6NLqadEG6tecGQ','ready',1795286110088,2,1795286088492,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"27j-hN84PH3CnFjldR-DkYqV","step":"open"}}');
INSERT INTO work VALUES(3,110005,'yB3m5tNzlbc4oJ-DGxrzcw','ready',1795286088468,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"wIjAMEHnw7eNwh89K8wYRi6L","step":"team","team":"support"}}');
INSERT INTO work VALUES(3,110006,'upOleoCKV1wIXIsxdzI1TQ','ready',1795286088468,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"8bA7vIgTtEiC9sYjtzIMZQjq","step":"check"}}');
INSERT INTO work VALUES(3,110007,'frw7lzoH3yn59mcLR_jSgQ','ready',1795286688468,0,NULL,NULL,NULL,0,'{"lane":"timer","timer":"transferTooLong","epoch":2}');
INSERT INTO work VALUES(3,130001,'pgeKf68A9sKskBHDjFJ0Rw','ready',1795286088471,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"LgYgN4Qcxenq0ffFIdLpXl5V","step":"say","message":"a6e1ff8c16d9ca5f803d0eb0"}}');
INSERT INTO work VALUES(4,260001,'gSVNnhoguNgxK4rtvgiUUg','unknown',1795286123621,19,1795286088624,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"9t52Nns0kxxL1Y6WK5cJmbSP","step":"say","message":"d536c7ca387d426567e407cc"}}');
INSERT INTO work VALUES(4,280001,'zN0zFI0JoGYvMS-zvM2rvA','ready',1795286088625,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"V5uS_3F1PoDZ-NgciU21tFYS","step":"say","message":"5106763e00debd43051ffceb"}}');
INSERT INTO work VALUES(5,270001,'CiG58BGg7XzMvWQ7nGzvhQ','sending',1795286088803,1,1795286088804,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"T3a4pde1rwfAztDOFQRSRhAX","step":"say","message":"bed9b6566ff97414e6e0edcc"}}');
INSERT INTO work VALUES(5,290001,'ML-fthegVivNiQkVbKmYkA','ready',1795286088806,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"fRrSwoeCpDX_ttakYA2H2sIM","step":"say","message":"63217e3862f640f6f6bb35ba"}}');
INSERT INTO work VALUES(7,270001,'C5Tyr6Qecdw23vxY5UvCvA','sending',1795286089080,1,1795286089081,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"cIzqH_DpvzGfF8bvekL_JInt","step":"note","note":"O-AfRCSi15vbseIWvS3oIQ"}}');
INSERT INTO work VALUES(7,270002,'ADjSZmG1XzvOwj3EwDP57w','ready',1795286089080,0,NULL,NULL,NULL,0,'{"lane":"desk","round":1,"op":{"key":"i-XrBMzn_n5SRpBGDJ1u26Pq","step":"resolve"}}');
INSERT INTO work VALUES(9,4,'r7_Fgfl5A6RdmjQAtJaA2A','ready',1795286108595,0,NULL,NULL,NULL,0,'{"lane":"bot","turn":"dKa1vvL5HctN_q0xsXONfQ","epoch":1,"messages":["10e83658b1abc42e5b13cbae"]}');
CREATE TABLE desk_thread (
  conversation INTEGER NOT NULL,
  round        INTEGER NOT NULL,
  home         TEXT    NOT NULL,
  source       TEXT    NOT NULL UNIQUE,
  number       INTEGER,
  cursor       INTEGER NOT NULL,
  ref          TEXT,
  PRIMARY KEY (conversation, round)
) STRICT, WITHOUT ROWID;
INSERT INTO desk_thread VALUES(1,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','f6Wu_dcEhWV8WA70IFqkbDXmYxlD2dan',1,0,'{"number":1,"uuid":"35a0d998-4d3b-4770-bc1e-dc952b4a5f0e"}');
INSERT INTO desk_thread VALUES(2,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','xM7NsDjLTGTGw6jtoesnqiV08Ty0NjNo',2,0,'{"number":2,"uuid":"948fd9f3-c4c9-47a3-bc39-07adb881eeeb"}');
INSERT INTO desk_thread VALUES(3,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','7J_qmkfvBAYp395LUIP0lUwlw6XwCyb5',3,0,'{"number":3,"uuid":"0d28db52-bd24-4f66-af21-e2abb7f1b416"}');
INSERT INTO desk_thread VALUES(4,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','l0SF11nKtofd4lJ31ldE55H5dIuzwK8-',4,0,'{"number":4,"uuid":"90d87510-b99c-4063-b251-f47be276daf5"}');
INSERT INTO desk_thread VALUES(5,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','gv-Vm49aIwPbKS_Mfea_72HCrZRrJiX6',5,0,'{"number":5,"uuid":"44b7c03b-e85e-4cce-b1ce-765458a8d0a1"}');
INSERT INTO desk_thread VALUES(6,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','CKXk8_55CxFf0ELik5KD63IRtVIzaJOY',6,0,'{"number":6,"uuid":"4cdc9127-068e-43cd-9712-f03b7df9fc56"}');
INSERT INTO desk_thread VALUES(7,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','Z5Ln8K6mBraQfiD4fkPt9juAKudmBmUU',7,0,'{"number":7,"uuid":"d7943832-7b2d-4d93-82f7-6eec4b7debff"}');
INSERT INTO desk_thread VALUES(8,1,'chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','PUlVEWE6Tzj5VaEkMH-hzfQnGrz6A9sV',8,0,'{"number":8,"uuid":"b549fad9-68b2-47e4-aea2-2d2f6ab868c4"}');
INSERT INTO desk_thread VALUES(9,1,'chatwoot http://127.0.0.1:4001 1 pNkpY-07hE_W','8sSrZT5NzN8tp1cTD_mITEicb7pjkOT2',9,0,'{"number":9,"uuid":"8dd5ac6e-7021-40a6-8f07-6c3f999b175f"}');
CREATE TABLE desk_message (
  conversation INTEGER NOT NULL,
  round        INTEGER NOT NULL,
  desk_id      INTEGER NOT NULL,
  message      TEXT,
  key          TEXT,
  PRIMARY KEY (conversation, round, desk_id)
) STRICT, WITHOUT ROWID;
INSERT INTO desk_message VALUES(1,1,1,'UMLkagZSaBh385RNUP_Ifg','VTnyd82ReGTXALA7IQjBqkQK');
INSERT INTO desk_message VALUES(1,1,2,'a309aca630940c260a56aff9','veBNvAUTi7HgA9Q4W47FgNN3');
INSERT INTO desk_message VALUES(1,1,3,'AWfnYVxUfJYeybI0gg0dcg.0','i8WwhDmOMPdHY2yphfESfava');
INSERT INTO desk_message VALUES(2,1,4,'bLwUoG-uakmW2BB_E5wMPg','7U7Wspe5iV1ibWWmmxKgh2fT');
INSERT INTO desk_message VALUES(2,1,5,'861e0ac3880a0107962fbcdf','xf623lJBAUm3y0gtT34b4r5s');
INSERT INTO desk_message VALUES(2,1,6,'fu9lpdHNrZ2r4Nl7CXDRYA.0','mAEhWHHEgYp9Q9Q_GisGXv_c');
INSERT INTO desk_message VALUES(3,1,7,'mmG4N1U0kWANe8Tgm1uNJg','ImJ6Y1rJGRF_o5SE7e_vB6Uy');
INSERT INTO desk_message VALUES(3,1,8,'0ae36104610045e3adf7df17','JMeQ8g7Y3TxZ_oyRamGLTc2f');
INSERT INTO desk_message VALUES(3,1,9,'iGN2xq-Pu5o5s1JQHOxlFw.0','TUpHxo_JrGgnaF2sYTnCVm6j');
INSERT INTO desk_message VALUES(3,1,10,NULL,'NHSEDnCqaDeDYSq_6kME07Hw');
INSERT INTO desk_message VALUES(4,1,11,'hca3VIjUDKzzxkIbhh2ndg','SE3xPMaYTNxtNDO3B_qt88ys');
INSERT INTO desk_message VALUES(4,1,12,'e14987f42dd42f5c10ce147d','jVDnsMcg99Q60aXIL8G27CEi');
INSERT INTO desk_message VALUES(4,1,13,'PuhpaK4NmdUa0-1K9Bz6-A.0','knBY9uC06Ysi45Vu1w2qZzBX');
INSERT INTO desk_message VALUES(4,1,14,NULL,'s4oLhw_NrF-cW2VibGw923hp');
INSERT INTO desk_message VALUES(4,1,17,NULL,'UO2oO6J1vm02zgvKATifux6u');
INSERT INTO desk_message VALUES(5,1,19,'qiQKAcp9TgExV8_Eq8rnmg','VyNjrf7P3q1UrqWvkwQ5U7IP');
INSERT INTO desk_message VALUES(5,1,20,'f2d03f39c37d905463938ab1','1vKPdecIc_88xrRVhAKoXLsh');
INSERT INTO desk_message VALUES(5,1,21,'STfglpgsU00-mqQcaKCoyQ.0','f4QhJ2AB0ODqphUVlr5pvDy9');
INSERT INTO desk_message VALUES(5,1,22,NULL,'odL2YZ1FwJwrzEE6_IAAUgok');
INSERT INTO desk_message VALUES(5,1,25,NULL,'7oG3cyqUHVNcE614jLoQ4Zsv');
INSERT INTO desk_message VALUES(5,1,26,'d.1.26',NULL);
INSERT INTO desk_message VALUES(6,1,27,'X9ub6ldIQ3GJO-cqABk-og','44MwQpKOtIQUFTlaQaCLaTWA');
INSERT INTO desk_message VALUES(6,1,28,'ca1c0a15cdae62a3769a7ace','iN5JVtqB-_iPFyvXKzlwgdaK');
INSERT INTO desk_message VALUES(6,1,29,'Dx3UQoff69nBpotSBE9JVQ.0','FfQboFldrc7ebkcosZhMqVRJ');
INSERT INTO desk_message VALUES(6,1,30,NULL,'EdPZ-0hD0xn8zcOffbgsYoRw');
INSERT INTO desk_message VALUES(6,1,33,NULL,'i5kznjQyXSQnzw8pwtxfYgJZ');
INSERT INTO desk_message VALUES(6,1,34,'d.1.34',NULL);
INSERT INTO desk_message VALUES(7,1,36,'pxWEF5ZUXeVsxWgKDROZhg','rbLnjIdAAL3lNbqS-6b8seF9');
INSERT INTO desk_message VALUES(7,1,37,'12705b43d0a2a17ff71c27d7','LbIFOGjSdElniEPsTV_C7tH_');
INSERT INTO desk_message VALUES(7,1,38,'Z0H5SVN9YZrfvw9q7lfvGA.0','GGwK9HtFJm_xlINdfOZIkJ54');
INSERT INTO desk_message VALUES(7,1,39,NULL,'iFvlHCXRVs--aGIYOtBKJh6x');
INSERT INTO desk_message VALUES(7,1,42,NULL,'4eYggdP3zSOREf6F3AWNbjY9');
INSERT INTO desk_message VALUES(7,1,43,'d.1.43',NULL);
INSERT INTO desk_message VALUES(8,1,44,'31O-Cu2qE2F6ZRBiNv70-g','EYhkri6Xz_pItGT5FkwUDyWN');
INSERT INTO desk_message VALUES(8,1,45,'905611118ad533823f14c468','bzqB26OT5eO1G3mEVcuOfpbg');
INSERT INTO desk_message VALUES(8,1,46,'aBSu-rTLyf_SFd3hzCSmog.0','o9ZD1c-1kyk9Iqw0EHGBmHSj');
INSERT INTO desk_message VALUES(8,1,47,NULL,'bQ_uz-3-CZiEKrpPwpLoJj9P');
INSERT INTO desk_message VALUES(8,1,50,NULL,'zZ4u1nQHbpQU-S3I9JWB5oyA');
INSERT INTO desk_message VALUES(8,1,51,'a0d62ae493ae60eb38d6b17a','lgaI-RuuZocYScNMjomrUNcx');
INSERT INTO desk_message VALUES(8,1,52,'550d591159f72489da1c7c36','KTur-dTeejBImaHwO1ReDFL5');
INSERT INTO desk_message VALUES(9,1,53,'iGCUFqWmU-ut148anZ4sYA','_nA-n9Lde98uW9pSyLduBci6');
INSERT INTO desk_message VALUES(9,1,54,'10e83658b1abc42e5b13cbae','tBlJljXeddi-kWteH8X8Gqot');
INSERT INTO desk_message VALUES(9,1,55,'8f0476821ba25894ba9f3125','nqfOtN-xn8IROgfUaBG8qePO');
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES('chatwoot http://127.0.0.1:4001 1 helper','{"home":"chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr","webhookSecret":"qYjcucj-cIjlE05K5m642BjGLFJPQbKh","bot":{"id":1,"name":"helper","token":"9JmFKKtFLeVYf1wsKXUEAESF"},"inbox":1,"made":true,"signingSecret":"iT8xSagWue0HpaMKrEapuLwY"}');
INSERT INTO setting VALUES('chatwoot http://127.0.0.1:4001 1 thinker','{"home":"chatwoot http://127.0.0.1:4001 1 pNkpY-07hE_W","webhookSecret":"u4lw0ScD-ZD7npW35Ln_UOPwd89vxvr1","bot":{"id":2,"name":"thinker","token":"eGAT5ogXRrIDklHDMQabTDUA"},"inbox":2,"made":true,"signingSecret":"qgj5bUs4nAkERbKiHzAyZTNc"}');
INSERT INTO setting VALUES('chatwoot installation','9GvZNQyCEFoh');
INSERT INTO setting VALUES('desk.caughtUp:chatwoot http://127.0.0.1:4001 1 n649dRq7M5Wr','1795286088205');
INSERT INTO setting VALUES('desk.caughtUp:chatwoot http://127.0.0.1:4001 1 pNkpY-07hE_W','1795286088217');
INSERT INTO setting VALUES('key.files','ntqelqM-e-51SRKbzmmNowDd5FYJad5EBAGxlnhiP4LQ');
INSERT INTO setting VALUES('key.tokens','z-MwcA7DIo2Mk--R_B7YIAU5LY6Fnd1Id40J904Ml-aA');
CREATE INDEX conversation_by_change ON conversation (updated_at);
CREATE INDEX desk_thread_by_number ON desk_thread (home, number);
COMMIT;
PRAGMA user_version = 1;
