// Package faults kills and stops the parts of a running installation while it sends, and afterwards settles the account
// by id with the sandbox's call log. What is accepted must arrive; what is doubtful must be no more than was under way.
package faults
