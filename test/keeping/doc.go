// Package keeping proves on the real engines what the storage modes promise: it plants a person, and looks for them with
// every key there is, in every sealed column, every hash and every byte of both engines' directories.
package keeping
