// Package kindtest tests, with two kinds that exist only in its tests, what a kind may need: several requests for one object, a
// credential that Atlas shows once, and a reference to an object that the same plan creates.
package kindtest
