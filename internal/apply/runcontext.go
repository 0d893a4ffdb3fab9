package apply

import "context"

// runContext is the context of a run. It ends by itself or with its parent. A derived context may see the end of its parent later
// than others that wait for the parent, such as the client. So Err also asks the parent.
type runContext struct {
	context.Context
	parent context.Context
}

func (r runContext) Err() error {
	if err := r.Context.Err(); err != nil {
		return err
	}
	return r.parent.Err()
}

// reason returns why the run ended early.
func (r runContext) reason() string {
	if r.Context.Err() != nil {
		return context.Cause(r.Context).Error()
	}
	return context.Cause(r.parent).Error()
}

// waitsKey is the key of the function that a step gives to its requests.
type waitsKey struct{}

// Waits reports that a request waits for a limit of Atlas. ctx is the context of the request. Other steps of the organization go on until
// over is called. It does nothing for a request that belongs to no step.
func Waits(ctx context.Context) (over func()) {
	if waits, ok := ctx.Value(waitsKey{}).(func() func()); ok {
		return waits()
	}
	return func() {}
}
