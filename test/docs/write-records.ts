import { writeFileSync } from 'node:fs'
import { recordsDocument } from './records-document.ts'

writeFileSync('docs/records.md', recordsDocument())
