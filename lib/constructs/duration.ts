export { Duration, Size } from 'cdk8s';
