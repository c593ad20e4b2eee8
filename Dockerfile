# The console with its own store in /data; with DATABASE_URL the store is that PostgreSQL. One process tree, ended in order.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node lib/launcher/standalone.mjs

FROM node:22-bookworm-slim
WORKDIR /app
# PostgreSQL does not run as root, and nothing else here has to.
COPY --from=build --chown=node:node /app/.next/standalone /app
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 EASEL_DATA=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/launcher/start.mjs"]
