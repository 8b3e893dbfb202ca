import { expect, test } from 'vitest';
import { stepIn } from './bot-step.ts';

const track = { name: 'org.demo.shop.TrackParcel', slots: { order: 'LF-2291' } };
const returns = { name: 'org.demo.shop.ReturnOrder', slots: {} };
const before = { context: { step: 2 }, skills: [track, returns] };
const nothing = { context: {}, skills: [] };

test.each([
  ['', { instruction: '', kept: nothing }],
  ['ask for the order number', { instruction: 'ask for the order number', kept: nothing }],
  ['continue', { instruction: '', kept: before }],
  ['Continue with the address', { instruction: 'with the address', kept: before }],
  ['trackparcel', { instruction: '', kept: { context: { step: 2 }, skills: [returns, track] } }],
  ['org.demo.shop.TrackParcel now', { instruction: 'now', kept: { context: { step: 2 }, skills: [returns, track] } }],
  [
    'org.demo.shop.Other',
    { instruction: '', kept: { context: {}, skills: [{ name: 'org.demo.shop.Other', slots: {} }] } },
  ],
  ['www.shop.example is the page', { instruction: 'www.shop.example is the page', kept: nothing }],
])('after “/bot %s”', (words, step) => expect(stepIn(words, before)).toEqual(step));
