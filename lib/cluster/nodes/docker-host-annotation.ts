/** On nodes whose node part is in a container: the Docker host it was started through. */
export const DOCKER_HOST_ANNOTATION = 'twelve.dev/docker-host';
