import { alert } from '../../src/alert/alert.ts'
import { alertRules } from '../../src/alert/alert-rules.ts'
import { processorContract } from '../contract/processor-contract.ts'
import { anyRecords } from './any-records.ts'

processorContract({ name: 'alert', topology: alert(), records: anyRecords })

processorContract({
  topology: alertRules({ partitions: 2 }),
  records: anyRecords.map(all => all.flatMap(one => (one.kind === 'rule' ? one : [])))
})
