/** What /version answers; kubectl compares major and minor with its own. */
export const VERSION = {
  major: '1', minor: '28', gitVersion: 'v1.28.15', gitCommit: '841856557ef0f6a399096c42635d114d6f2cf7f4', gitTreeState: 'clean',
  buildDate: '2024-10-22T20:26:32Z', goVersion: 'go1.22.8', compiler: 'gc', platform: 'linux/amd64',
};
