import { startProduct } from '../support/product.ts'
import { chart } from './scenarios/chart.ts'
import { connection } from './scenarios/connection.ts'
import { looks } from './scenarios/looks.ts'
import { play } from './scenarios/play.ts'
import { work } from './scenarios/work.ts'

play('the dashboard of the running product', [...chart, ...looks, ...work, ...connection], startProduct)
