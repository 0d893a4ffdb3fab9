package resource

// Failure is an error of an [API]. It says what a caller that wants to write again has to know. An error that is no Failure
// has none of these properties, and comes back when the caller writes again.
//
// A write is never repeated blindly. Whatever these methods return, the caller reads the object again first, and what it finds
// decides.
type Failure interface {
	error

	// Temporary means that the same request may succeed later. The API has waited already, so the caller need not wait.
	Temporary() bool

	// Ambiguous means that Atlas may have carried out the write although it failed. If a caller cannot see by reading
	// whether it did, as with a secret that is shown once, it must not write again.
	Ambiguous() bool

	// Waited means that the API sent nothing, because the write had to wait for a limit of Atlas, and what the caller read
	// before may have changed meanwhile. The wait is over: the caller reads again and writes at once.
	Waited() bool

	// Outage means that the error is not about the request: there was no answer, or a gateway in front of Atlas sent it.
	// The next request will not fare better.
	Outage() bool
}
