import {
  type Icon,
  IconAddressBook,
  IconChecklist,
  IconDeviceMobile,
  IconHome,
  IconMessages,
  IconSend,
  IconShieldLock,
  IconSpeakerphone,
  IconTemplate,
} from '@tabler/icons-react';
import type { Permission } from '@/graphql/graphql';
import type { MessageKey } from '@/i18n/messages';

interface Destination {
  to: string;
  label: MessageKey;
  icon: Icon;
  /** Shown to those who hold one of them. */
  permissions: Permission[];
  /** Shows how many approvals wait for the viewer. */
  counts?: 'approvals';
}

interface Group {
  label: MessageKey | null;
  destinations: Destination[];
}

/** The menu, in the order of a brand manager's day. */
export const navigation: Group[] = [
  {
    label: null,
    destinations: [{ to: '/', label: 'nav.overview', icon: IconHome, permissions: ['ANALYTICS_READ'] }],
  },
  {
    label: 'nav.messaging',
    destinations: [
      { to: '/send', label: 'nav.send', icon: IconSend, permissions: ['CAMPAIGN_MANAGE'] },
      { to: '/campaigns', label: 'nav.campaigns', icon: IconSpeakerphone, permissions: ['MESSAGE_READ'] },
      { to: '/templates', label: 'nav.templates', icon: IconTemplate, permissions: ['TEMPLATE_READ'] },
      { to: '/messages', label: 'nav.messages', icon: IconMessages, permissions: ['MESSAGE_READ'] },
    ],
  },
  {
    label: 'nav.people',
    destinations: [
      { to: '/consent', label: 'nav.consent', icon: IconAddressBook, permissions: ['CONSENT_READ'] },
    ],
  },
  {
    label: 'nav.platform',
    destinations: [
      { to: '/numbers', label: 'nav.numbers', icon: IconDeviceMobile, permissions: ['SENDER_READ'] },
      {
        to: '/approvals',
        label: 'nav.approvals',
        icon: IconChecklist,
        permissions: ['APPROVE', 'CAMPAIGN_MANAGE'],
        counts: 'approvals',
      },
      { to: '/security', label: 'nav.security', icon: IconShieldLock, permissions: ['SIGNED_IN'] },
    ],
  },
];
