// Package kindtest proves with two kinds that live only in its tests what a kind may need: several requests for one object, a
// credential that is handed out once, and a reference to something that the same plan creates.
package kindtest
