import { ActionIcon, Button, Tooltip, useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCopy,
  IconExternalLink,
  IconList,
  IconMoon,
  IconSun,
  IconTextWrap,
  IconX,
} from '@tabler/icons-react';
import { Fragment, type ReactNode, useState } from 'react';
import { useT } from '@/i18n/messages';
import {
  type Block,
  directionOf,
  fill,
  type Inline,
  parseMessage,
  plainText,
  variablesOf,
} from '@/lib/message-text';
import classes from './phone-preview.module.css';

export interface PreviewButton {
  kind: 'QUICK_REPLY' | 'URL' | 'OTP';
  text: string;
}

export interface PreviewMessage {
  /** Who the phone shows as the sender. */
  brand: string;
  language: string;
  /** Marketing bodies are cut after a few lines. */
  marketing: boolean;
  header?: string | null;
  headerValues?: Record<string, string | undefined>;
  body: string;
  bodyValues?: Record<string, string | undefined>;
  footer?: string | null;
  buttons: PreviewButton[];
}

/** Up to three buttons are shown; from four on the phone shows two and a list. */
const mostShown = 3;
const shownWithList = 2;
/** Long values show where a text breaks before a customer's name does. */
const stress = 'Krishnamoorthy-Venkatasubramanian Iyer & Sons';

/** The message as a phone would show it. An approximation of ours, with none of WhatsApp's own artwork. */
export function PhonePreview({ message }: { message: PreviewMessage }) {
  const t = useT();
  const pageScheme = useComputedColorScheme('light');
  const [scheme, setScheme] = useState<'light' | 'dark' | null>(null);
  const [stressed, setStressed] = useState(false);
  const [sheet, setSheet] = useState(false);
  const shown = scheme ?? pageScheme;
  const values = (given: Record<string, string | undefined> | undefined, text: string) =>
    stressed ? Object.fromEntries(variablesOf(text).map((name) => [name, stress])) : (given ?? {});
  const header = message.header ? fill(message.header, values(message.headerValues, message.header)) : '';
  const body = fill(message.body, values(message.bodyValues, message.body));
  const overflow = message.buttons.length > mostShown;
  const buttons = overflow ? message.buttons.slice(0, shownWithList) : message.buttons;
  return (
    <figure style={{ margin: 0 }}>
      <VisuallyHidden component="figcaption">
        {t('kit.preview.text', {
          header: plainText(header),
          body: plainText(body),
          footer: message.footer ?? '',
          buttons: message.buttons.map((button) => button.text).join(', '),
        })}
      </VisuallyHidden>
      <div className={classes.frame} data-scheme={shown}>
        <div className={classes.screen} dir={directionOf(message.language)}>
          <div className={classes.bar}>
            <span className={classes.avatar} aria-hidden="true">
              {initials(message.brand)}
            </span>
            <div style={{ minWidth: 0 }} aria-hidden="true">
              <div className={classes.name}>{message.brand}</div>
              <div className={classes.kind}>{t('kit.preview.business')}</div>
            </div>
          </div>
          <div className={classes.chat}>
            <div className={classes.bubble} aria-hidden="true">
              {header && <p className={classes.header}>{header}</p>}
              <MessageBody key={body.length > 0 ? 'text' : 'none'} text={body} cut={message.marketing} />
              {message.footer && <p className={classes.footer}>{message.footer}</p>}
              <span className={classes.time}>{t('kit.preview.time')}</span>
            </div>
            <div className={classes.buttons}>
              {buttons.map((button, index) => (
                <span key={`${index}-${button.text}`} className={classes.button} aria-hidden="true">
                  <ButtonIcon kind={button.kind} />
                  {button.text || '…'}
                </span>
              ))}
              {overflow && (
                <button
                  type="button"
                  className={classes.button}
                  aria-expanded={sheet}
                  onClick={() => setSheet(true)}
                >
                  <IconList size={16} />
                  {t('kit.preview.allOptions')}
                </button>
              )}
            </div>
          </div>
          {sheet && overflow && (
            <div className={classes.sheet}>
              <div className={classes.sheetHead}>
                {t('kit.preview.allOptions')}
                <button type="button" aria-label={t('kit.close')} onClick={() => setSheet(false)}>
                  <IconX size={18} />
                </button>
              </div>
              {message.buttons.map((button, index) => (
                <div key={`${index}-${button.text}`} className={classes.option}>
                  <ButtonIcon kind={button.kind} />
                  {button.text || '…'}
                </div>
              ))}
            </div>
          )}
        </div>
      </div>
      <div className={classes.tools}>
        <Tooltip label={shown === 'dark' ? t('kit.preview.light') : t('kit.preview.dark')}>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={t('kit.preview.dark')}
            aria-pressed={shown === 'dark'}
            onClick={() => setScheme(shown === 'dark' ? 'light' : 'dark')}
          >
            {shown === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
          </ActionIcon>
        </Tooltip>
        {variablesOf(`${message.header ?? ''}${message.body}`).length > 0 && (
          <Button
            variant={stressed ? 'light' : 'default'}
            size="compact-sm"
            h={30}
            leftSection={<IconTextWrap size={15} />}
            aria-pressed={stressed}
            onClick={() => setStressed(!stressed)}
          >
            {t('kit.preview.stress')}
          </Button>
        )}
      </div>
    </figure>
  );
}

/** From this many lines, or about as many letters, a marketing body is cut. */
const cutLines = 5;
const cutLetters = 230;

function MessageBody({ text, cut }: { text: string; cut: boolean }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  if (text === '') return <span className={classes.placeholder}>{t('kit.preview.empty')}</span>;
  const long = cut && (text.split('\n').length > cutLines || text.length > cutLetters);
  return (
    <>
      <div className={`${classes.body} ${long && !open ? classes.clamped : ''}`}>
        {parseMessage(text).map((block, index) => (
          <Fragment key={index}>{drawBlock(block)}</Fragment>
        ))}
      </div>
      {long && !open && (
        <button type="button" className={classes.readMore} tabIndex={-1} onClick={() => setOpen(true)}>
          {t('kit.preview.readMore')}
        </button>
      )}
    </>
  );
}

function drawBlock(block: Block): ReactNode {
  if (block.kind === 'mono') return <div className={classes.mono}>{block.text}</div>;
  if (block.kind === 'quote') return <div className={classes.quote}>{drawInline(block.children)}</div>;
  if (block.kind === 'line') return <div className={classes.line}>{drawInline(block.children)}</div>;
  const List = block.ordered ? 'ol' : 'ul';
  return (
    <List className={classes.list}>
      {block.items.map((item, index) => (
        <li key={index}>{drawInline(item)}</li>
      ))}
    </List>
  );
}

function drawInline(pieces: Inline[]): ReactNode {
  return pieces.map((piece, index) => {
    const key = index;
    if ('children' in piece) {
      const Mark = { bold: 'strong', italic: 'em', strike: 's' }[piece.kind] as 'strong';
      return <Mark key={key}>{drawInline(piece.children)}</Mark>;
    }
    if (piece.kind === 'mono') {
      return (
        <span key={key} className={classes.mono}>
          {piece.text}
        </span>
      );
    }
    return <Fragment key={key}>{drawGaps(piece.text)}</Fragment>;
  });
}

/** Variables that have no value yet stand out. */
function drawGaps(text: string): ReactNode {
  return text.split(/(\{\{[^{}]*\}\})/).map((part, index) =>
    part.startsWith('{{') ? (
      <span key={index} className={classes.gap}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}

const buttonIcons = { QUICK_REPLY: IconArrowBackUp, URL: IconExternalLink, OTP: IconCopy };

function ButtonIcon({ kind }: { kind: PreviewButton['kind'] }) {
  const Icon = buttonIcons[kind];
  return <Icon size={16} aria-hidden="true" />;
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}
