import {
  type Icon,
  IconAddressBook,
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
  /** Shown to those who hold it. */
  permission: Permission;
}

interface Group {
  label: MessageKey | null;
  destinations: Destination[];
}

/** The menu, in the order of a brand manager's day. */
export const navigation: Group[] = [
  {
    label: null,
    destinations: [{ to: '/', label: 'nav.overview', icon: IconHome, permission: 'ANALYTICS_READ' }],
  },
  {
    label: 'nav.messaging',
    destinations: [
      { to: '/send', label: 'nav.send', icon: IconSend, permission: 'CAMPAIGN_MANAGE' },
      { to: '/campaigns', label: 'nav.campaigns', icon: IconSpeakerphone, permission: 'MESSAGE_READ' },
      { to: '/templates', label: 'nav.templates', icon: IconTemplate, permission: 'TEMPLATE_READ' },
      { to: '/messages', label: 'nav.messages', icon: IconMessages, permission: 'MESSAGE_READ' },
    ],
  },
  {
    label: 'nav.people',
    destinations: [
      { to: '/consent', label: 'nav.consent', icon: IconAddressBook, permission: 'CONSENT_READ' },
    ],
  },
  {
    label: 'nav.platform',
    destinations: [
      { to: '/numbers', label: 'nav.numbers', icon: IconDeviceMobile, permission: 'SENDER_READ' },
      { to: '/security', label: 'nav.security', icon: IconShieldLock, permission: 'SIGNED_IN' },
    ],
  },
];
