import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Ink blue: the one accent of the portal. WhatsApp's green is left to the phone preview. */
const brand: MantineColorsTuple = [
  '#eef0fe',
  '#dfe3fd',
  '#bec6fb',
  '#9aa6f8',
  '#7c89f4',
  '#6470ea',
  '#525ddc',
  '#4049cf',
  '#353db0',
  '#292f8c',
];

/** A neutral grey with a little blue, so that white panels read as paper. */
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f5',
  '#e4e7ed',
  '#d3d8e1',
  '#b3bac8',
  '#8d96a8',
  '#69738a',
  '#4d566b',
  '#343c4f',
  '#1c2333',
];

const dark: MantineColorsTuple = [
  '#e3e6ee',
  '#b4bac9',
  '#959db0',
  '#5d667b',
  '#3a4254',
  '#2a3140',
  '#1a1f2b',
  '#12161f',
  '#0d1118',
  '#090c12',
];

const font =
  "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Devanagari', sans-serif";

export const theme = createTheme({
  primaryColor: 'brand',
  colors: { brand, gray, dark },
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.25,
  fontFamily: font,
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontFamily: font,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain objects, not Component.extend(): that would load every named component before the first screen.
  components: {
    // The library locks scrolling with an injected <style>, which the content security policy forbids; global.css does it.
    Modal: { defaultProps: { lockScroll: false, centered: true, radius: 'lg' } },
    Drawer: { defaultProps: { lockScroll: false } },
    // Fields side by side line up only when what explains them stands below.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    // The placeholder is a focusable child that a menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'md' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, multiline: true, maw: 320 } },
  },
});

/**
 * Own variables and the corrections with which WCAG 2.2 AA contrast holds in both schemes.
 * scripts/css-variables.ts writes them to theme-variables.css: a static file needs no inline style.
 */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: { '--ph-stamp': '#f25c2e' },
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': colors.gray[9],
    '--mantine-color-dimmed': '#566074',
    '--mantine-color-error': colors.red[9],
    '--mantine-color-anchor': brand[7],
    '--mantine-color-placeholder': '#697289',
    '--mantine-color-default-border': colors.gray[3],
    '--mantine-color-yellow-light-color': '#7a4b00',
    '--mantine-color-orange-light-color': '#8f3b00',
    '--mantine-color-green-light-color': '#1b6b34',
    '--mantine-color-teal-light-color': '#0b6350',
    '--mantine-color-red-light-color': '#a81e1e',
    '--mantine-color-blue-light-color': colors.blue[9],
    '--mantine-color-gray-light-color': colors.gray[8],
    '--mantine-color-brand-light-color': brand[8],
    '--mantine-color-yellow-light': '#fdf3da',
    '--mantine-color-red-light': '#fcebea',
    '--mantine-color-blue-light': '#eaf2fc',
    '--mantine-color-green-light': '#e6f4ea',
    '--mantine-color-gray-light': '#eef0f4',
    '--ph-canvas': '#f5f6f9',
    '--ph-panel': '#ffffff',
    '--ph-panel-raised': '#ffffff',
    '--ph-line': colors.gray[2],
    '--ph-line-strong': colors.gray[3],
    '--ph-muted': colors.gray[1],
    '--ph-hover': '#f3f4f8',
    '--ph-selected': brand[0],
    '--ph-good': '#17713a',
    '--ph-bad': '#b3261e',
    '--ph-good-wash': '#e5f5ea',
    '--ph-bad-wash': '#fdeceb',
    '--ph-shadow': '0 1px 2px rgb(20 26 45 / 5%)',
  },
  dark: {
    '--mantine-color-body': '#151a24',
    '--mantine-color-text': colors.dark[0],
    '--mantine-color-dimmed': '#a3abbd',
    '--mantine-color-error': '#ff9a92',
    '--mantine-color-anchor': '#aeb9ff',
    '--mantine-color-placeholder': '#8f98ad',
    '--mantine-color-default-border': '#323a4b',
    '--mantine-color-yellow-light-color': '#ffd88a',
    '--mantine-color-orange-light-color': '#ffc299',
    '--mantine-color-green-light-color': '#93dfa9',
    '--mantine-color-teal-light-color': '#85e0cb',
    '--mantine-color-red-light-color': '#ffb0aa',
    '--mantine-color-blue-light-color': '#a5d0ff',
    '--mantine-color-gray-light-color': colors.dark[0],
    '--mantine-color-brand-light-color': '#c3cbff',
    '--mantine-color-brand-outline': '#9aa6f8',
    '--mantine-color-yellow-light': '#33280f',
    '--mantine-color-red-light': '#381b1d',
    '--mantine-color-blue-light': '#16263d',
    '--mantine-color-green-light': '#14301f',
    '--mantine-color-gray-light': '#242b38',
    '--ph-canvas': '#0e121a',
    '--ph-panel': '#151a24',
    '--ph-panel-raised': '#1a202c',
    '--ph-line': '#242b39',
    '--ph-line-strong': '#323a4b',
    '--ph-muted': '#1c2230',
    '--ph-hover': '#1b212d',
    '--ph-selected': '#1f2647',
    '--ph-good': '#7ed69a',
    '--ph-bad': '#ff9a92',
    '--ph-good-wash': '#14301f',
    '--ph-bad-wash': '#3a1b1b',
    '--ph-shadow': '0 1px 2px rgb(0 0 0 / 35%)',
  },
});
