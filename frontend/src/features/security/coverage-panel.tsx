import type { PeopleQuery } from '@/graphql/graphql';
import { useT } from '@/i18n/messages';
import { Facts } from '@/ui/layout';
import { Panel } from '@/ui/panel';

type Coverage = PeopleQuery['factorCoverage'];

/** How well the company is covered: who could be taken over by a password alone. */
export function CoveragePanel({ coverage }: { coverage: Coverage }) {
  const t = useT();
  const names = (people: Coverage['people']) =>
    people.length === 0
      ? t('people.nobody')
      : people.map((one) => one.user.name || one.user.email).join(', ');
  return (
    <Panel title={t('people.coverage')} about={t('people.coverageAbout')}>
      <Facts
        facts={[
          {
            label: t('people.enrolled'),
            value: t('people.ofAll', { count: coverage.enrolled, total: coverage.total }),
          },
          {
            label: t('people.withPasskey'),
            value: t('people.ofAll', { count: coverage.withPasskey, total: coverage.total }),
          },
          {
            label: t('people.notEnrolled'),
            value: names(coverage.people.filter((one) => !one.enrolled)),
          },
          {
            label: t('people.fewCodes'),
            value: names(coverage.people.filter((one) => one.enrolled && one.recoveryCodes < 3)),
          },
        ]}
      />
    </Panel>
  );
}
