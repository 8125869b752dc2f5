import apiHub from 'eslint-plugin-api-hub';

export default [apiHub.configs.recommended];
