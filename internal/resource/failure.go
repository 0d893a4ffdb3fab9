package resource

// Failure is an error of an [API] that says whether a caller may write again. For an error that is not a Failure, all methods count
// as false, and writing again would fail in the same way.
//
// A write is never repeated blindly. Whatever these methods return, the caller first reads the object again, and then decides from
// what it finds.
type Failure interface {
	error

	// Temporary means that the same request may succeed later. The API has already waited, so the caller need not wait.
	Temporary() bool

	// Ambiguous means that Atlas may have carried out the write although it failed. If reading cannot show whether it did, for
	// example because a secret is shown only once, the caller must not write again.
	Ambiguous() bool

	// Waited means that the API did not send the write, because it had to wait for a rate limit of Atlas, and the object may have
	// changed meanwhile. The wait is over: the caller reads again and then writes at once.
	Waited() bool

	// Outage means that the error is not about this request: there was no answer, or the answer came from a gateway in front of
	// Atlas. The next request would fail, too.
	Outage() bool
}
