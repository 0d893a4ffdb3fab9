package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// patience is how long a request may take until its answer is there in full.
const patience = 30 * time.Second

var errSilent = errors.New("no full answer within " + patience.String())

// deadline gives up on a server that accepts a request and then stays silent, also in the middle of its answer.
type deadline struct{ next http.RoundTripper }

func (d *deadline) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(request.Context(), patience, errSilent)
	response, err := d.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		defer cancel()
		return nil, orSilent(ctx, err)
	}
	response.Body = &timedBody{response.Body, ctx, cancel}
	return response, nil
}

// orSilent returns the error, or that of the deadline if that is what caused it.
func orSilent(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}

type timedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelFunc
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = orSilent(b.ctx, err)
	}
	return n, err
}

func (b *timedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
