package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// stall is a server that never answers, or never ends its answer.
type stall struct{ headers bool }

func (s stall) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.headers {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(stalledBody{r.Context()})}, nil
}

type stalledBody struct{ ctx context.Context }

func (b stalledBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func TestTimeout(t *testing.T) {
	for _, row := range []struct {
		reason  string
		headers bool
	}{
		{"a server that accepts the request and never answers", false},
		{"a server that stops in the middle of its answer", true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, err := New(Config{BaseURL: "https://atlas.example", Transport: stall{row.headers}})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				err = c.Do(t.Context(), "GET", "/orgs", nil, nil)
				if !errors.Is(err, errTimeout) || time.Since(start) != answerTimeout {
					t.Errorf("got %v after %s", err, time.Since(start))
				}
			})
		})
	}
}

func TestCancelIsNoTimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := New(Config{BaseURL: "https://atlas.example", Transport: stall{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Do(ctx, "GET", "/orgs", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
