import * as v from 'valibot';
import { periodSearch } from '@/lib/period';

export const overviewSearch = v.object(periodSearch);
