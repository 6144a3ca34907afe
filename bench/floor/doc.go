// Package floor holds the least that any program has to do for the same work, one file each: no tenants, no rules, no
// crash safety beyond the one transaction. What ours costs more than this is the price of what it promises.
//
// Nothing of the product is imported here, so no change of it moves a floor.
package floor
