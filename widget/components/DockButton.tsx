import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon.tsx';

interface Props {
  icon?: IconName;
  /** With an edge of its own, as one of several choices. */
  isChoice?: boolean;
  /** Something else is awaited; this does nothing, and keeps its focus. */
  isBusy: boolean;
  onPress: () => void;
  children: ComponentChildren;
}

export function DockButton({ icon, isChoice, isBusy, onPress, children }: Props) {
  return (
    <button
      class="btn"
      part="button"
      type="button"
      data-kind={isChoice ? undefined : 'quiet'}
      aria-disabled={isBusy}
      onClick={() => {
        if (!isBusy) onPress();
      }}
    >
      {icon && <Icon name={icon} />}
      <bdi>{children}</bdi>
    </button>
  );
}
