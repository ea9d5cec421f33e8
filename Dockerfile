# One image for all services: the first argument says which, such as `codec-worker`. The zstd of Node 22 serves the codec.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY libs libs
COPY scripts scripts
COPY proto proto
COPY dictionaries dictionaries
COPY tsconfig.json tsconfig.base.json ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error \
  && node node_modules/typescript/bin/tsc -b \
  && find apps libs -name src -prune -exec rm -r {} + \
  && rm -r node_modules/typescript scripts proto

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app /app
COPY deploy/healthy.mjs deploy/healthy.mjs
COPY LICENSE README.md ./
# Volumes that are made from the image belong to whom the services run as.
RUN mkdir -p /var/lib/cotbus/dictionaries && chmod -R 1777 /var/lib/cotbus
USER node
WORKDIR /var/lib/cotbus
ENTRYPOINT ["node", "/app/apps/gateway/bin/cotbus.mjs"]
CMD ["--help"]
