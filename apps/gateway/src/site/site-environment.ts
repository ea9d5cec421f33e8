/** What `.env` beside docker-compose.yml says, so that `docker compose` needs no arguments. */

/** Whom the containers run as; their files belong to it. */
export interface SiteOwner {
  readonly uid: number;
  readonly gid: number;
}

/** @param folder of the site, below that of docker-compose.yml */
export const siteEnvironment = (folder: string, profiles: readonly string[], { uid, gid }: SiteOwner): string =>
  [
    '# Written by cotbus init; read by docker compose.',
    `COMPOSE_FILE=docker-compose.yml:${folder}/compose.site.yml`,
    `COMPOSE_PROFILES=${profiles.join(',')}`,
    `COTBUS_SITE=./${folder}`,
    `COTBUS_UID=${uid}`,
    `COTBUS_GID=${gid}`,
    '',
  ].join('\n');
