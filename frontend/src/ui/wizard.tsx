import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useT } from '@/i18n/messages';
import classes from './wizard.module.css';

export interface WizardStep<Id extends string> {
  id: Id;
  label: string;
  content: ReactNode;
  /** Whether what has been entered allows the next step. */
  ready: boolean;
  /** Text of the forward button; "Continue" if absent. */
  forward?: string;
  /** Runs before moving on; false keeps the reader here. */
  leave?: () => Promise<boolean>;
}

interface WizardProps<Id extends string> {
  label: string;
  steps: WizardStep<Id>[];
  current: Id;
  onStep: (id: Id) => void;
  busy?: boolean;
  onCancel?: () => void;
  /** Text of the button that leaves; "Cancel" if absent. */
  cancel?: string;
  /** Steps behind this one cannot be gone back to: what they did is done. */
  floor?: Id;
}

/** One question at a time. Answers live with the caller, so going back never asks for them again. */
export function Wizard<Id extends string>({
  label,
  steps,
  current,
  onStep,
  busy,
  onCancel,
  cancel,
  floor,
}: WizardProps<Id>) {
  const t = useT();
  const index = Math.max(
    0,
    steps.findIndex((step) => step.id === current),
  );
  const lowest = floor ? steps.findIndex((step) => step.id === floor) : 0;
  const step = steps[index]!;
  const content = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the step
  useEffect(() => {
    if (!first.current) content.current?.focus();
    first.current = false;
  }, [current]);
  const forward = async () => {
    if (step.leave && !(await step.leave())) return;
    const next = steps[index + 1];
    if (next) onStep(next.id);
  };
  return (
    <section aria-label={label}>
      <ol className={classes.steps}>
        {steps.map((one, position) => (
          <li
            key={one.id}
            className={classes.step}
            data-state={position < index ? 'done' : position === index ? 'current' : 'ahead'}
            aria-current={position === index ? 'step' : undefined}
          >
            {position < index && position >= lowest ? (
              <button type="button" onClick={() => onStep(one.id)}>
                {one.label}
              </button>
            ) : (
              <span className={classes.inert}>{one.label}</span>
            )}
          </li>
        ))}
      </ol>
      <div ref={content} tabIndex={-1} style={{ outline: 'none' }} role="group" aria-label={step.label}>
        {step.content}
      </div>
      <div className={classes.foot}>
        {index > lowest ? (
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={16} />}
            onClick={() => onStep(steps[index - 1]!.id)}
          >
            {t('kit.back')}
          </Button>
        ) : onCancel ? (
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {cancel ?? t('kit.cancel')}
          </Button>
        ) : (
          <span />
        )}
        {(index < steps.length - 1 || step.leave) && (
          <Button disabled={!step.ready} loading={busy} onClick={() => void forward()}>
            {step.forward ?? t('kit.continue')}
          </Button>
        )}
      </div>
    </section>
  );
}
