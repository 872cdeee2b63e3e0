import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const service = z.object({
  image: z.string(),
  profiles: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  user: z.string().optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z
    .record(z.string(), z.object({ condition: z.string(), required: z.boolean().default(true) }))
    .default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  restart: z.string(),
  init: z.boolean(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  stop_grace_period: z.string().optional()
})

/** A service of docker-compose.yml, with what it takes from anchors. */
export type ComposeService = z.infer<typeof service> & { readonly name: string }

const file = z.object({
  version: z.never().optional(),
  'x-required': z.array(z.string()),
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.object({ environment: z.string() }))
})

const read = file.parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }))

/** Services in the order of the file. */
export const services: readonly ComposeService[] = Object.entries(read.services).map(([name, of]) => ({ name, ...of }))

/** Variables without which Compose starts nothing. */
export const required: readonly string[] = read['x-required'].map(text => /^\$\{(\w+):\?.+\}$/.exec(text)?.[1] ?? text)

/** Variables that become files in containers. */
export const secretVariables: readonly string[] = Object.values(read.secrets).map(({ environment }) => environment)
