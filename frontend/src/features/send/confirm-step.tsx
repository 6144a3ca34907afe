import { Radio, Stack, TextInput } from '@mantine/core';
import type { SendCampaignFragment } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { formatCount, formatLanguage } from '@/lib/format';
import { usePreferences } from '@/lib/preferences';
import { GeneralErrors } from '@/ui/general-errors';
import { Facts } from '@/ui/layout';
import { Panel } from '@/ui/panel';
import { WaitsForSecondPerson } from '@/ui/second-person';

/** Above this many people the count has to be typed. */
export const typedAbove = 10_000;

export interface Confirmation {
  typed: string;
  /** Local date and time of the person's own clock, or empty for now. */
  later: boolean;
  at: string;
}

export function confirmed(
  campaign: SendCampaignFragment | null | undefined,
  confirmation: Confirmation,
): boolean {
  if (campaign?.state !== 'READY' || campaign.progress.accepted === 0) return false;
  if (confirmation.later && Number.isNaN(Date.parse(confirmation.at))) return false;
  const { accepted } = campaign.progress;
  return accepted <= typedAbove || confirmation.typed.replace(/\D/g, '') === String(accepted);
}

interface ConfirmStepProps {
  campaign: SendCampaignFragment;
  confirmation: Confirmation;
  onConfirmation: (confirmation: Confirmation) => void;
  errors: string[];
  waiting: { id: string; expiresAt: string } | null;
}

/** The last look. */
export function ConfirmStep({ campaign, confirmation, onConfirmation, errors, waiting }: ConfirmStepProps) {
  const t = useT();
  const { locale } = usePreferences();
  const { accepted } = campaign.progress;
  const set = (part: Partial<Confirmation>) => onConfirmation({ ...confirmation, ...part });
  return (
    <Panel title={t('send.confirm')}>
      <Stack gap="lg">
        <GeneralErrors messages={errors} />
        {waiting && <WaitsForSecondPerson approval={waiting} />}
        <Facts
          facts={[
            { label: t('send.name'), value: campaign.name },
            {
              label: t('send.template'),
              value: `${campaign.template.name} (${formatLanguage(campaign.template.language, locale)})`,
            },
            { label: t('send.sender'), value: campaign.sender.display },
            { label: t('send.people'), value: <strong>{formatCount(accepted, locale)}</strong> },
          ]}
        />
        <Radio.Group
          label={t('send.when')}
          value={confirmation.later ? 'later' : 'now'}
          onChange={(value) => set({ later: value === 'later' })}
        >
          <Stack gap={8} mt={8}>
            <Radio value="now" label={t('send.now')} />
            <Radio value="later" label={t('send.later')} />
          </Stack>
        </Radio.Group>
        {confirmation.later && (
          <TextInput
            type="datetime-local"
            maw={280}
            label={t('send.at')}
            description={t('send.atZone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
            value={confirmation.at}
            onChange={(event) => set({ at: event.target.value })}
          />
        )}
        {accepted > typedAbove && (
          <TextInput
            maw={360}
            label={t('send.typeCount', { count: String(accepted) })}
            inputMode="numeric"
            autoComplete="off"
            value={confirmation.typed}
            onChange={(event) => set({ typed: event.target.value })}
          />
        )}
      </Stack>
    </Panel>
  );
}
