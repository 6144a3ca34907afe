import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../graph/*.graphqls',
  documents: 'src/**/*.graphql',
  generates: {
    'src/graphql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        avoidOptionals: { field: true },
        strictScalars: true,
        scalars: {
          Time: 'string',
          Date: 'string',
          Long: 'number',
          MessageID: 'string',
          TimeZone: 'string',
          Cursor: 'string',
        },
      },
    },
  },
};

export default config;
