import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { StepUpDocument, type StepUpMutation } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { StepUpProvider } from '@/lib/graphql';
import { problemOf } from '@/lib/problem';
import { CodeInput } from '@/ui/code-input';

/** Asks for a fresh authenticator code when the server wants one, in front of whatever screen is open. */
export function StepUpGate({ children }: { children: ReactNode }) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [result, stepUp] = useMutation<StepUpMutation>(StepUpDocument.toString());
  const settle = useRef<((given: boolean) => void) | null>(null);
  const ask = useCallback(() => {
    setCode('');
    setError(undefined);
    setOpened(true);
    return new Promise<boolean>((resolve) => {
      settle.current = resolve;
    });
  }, []);
  const end = (given: boolean) => {
    setOpened(false);
    settle.current?.(given);
    settle.current = null;
  };
  const submit = async (digits: string) => {
    const answer = await stepUp({ code: digits });
    const refusal = answer.data?.stepUp.userErrors[0]?.message ?? problemOf(answer.error)?.message;
    if (answer.data && refusal === undefined) end(true);
    else {
      setCode('');
      setError(refusal || t('problem.text'));
    }
  };
  return (
    <StepUpProvider ask={ask}>
      {children}
      <Modal
        opened={opened}
        onClose={() => end(false)}
        title={t('stepUp.title')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit(code);
          }}
        >
          <Stack>
            <Text size="sm">{t('stepUp.text')}</Text>
            <CodeInput
              value={code}
              onChange={setCode}
              onComplete={submit}
              error={error}
              disabled={result.fetching}
              autoFocus
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => end(false)}>
                {t('kit.cancel')}
              </Button>
              <Button type="submit" disabled={code.length !== 6} loading={result.fetching}>
                {t('stepUp.confirm')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </StepUpProvider>
  );
}
