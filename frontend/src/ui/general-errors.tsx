import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import classes from './form.module.css';

/** Refusals of a whole call, above what they are about. */
export function GeneralErrors({ messages }: { messages: string[] }) {
  if (messages.length === 0) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
      {messages.map((message) => (
        <div key={message} className={classes.refusal}>
          {message}
        </div>
      ))}
    </Alert>
  );
}
