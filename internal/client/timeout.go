package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	answerTimeout = 30 * time.Second // for a whole answer
	maxAnswer     = 8 << 20          // bytes of one answer; a page of 500 people has less than 1 MiB
)

var (
	errTimeout = errors.New("no full answer within " + answerTimeout.String())
	errNotJSON = errors.New("the answer is not JSON")
	errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
)

// requestTimeout reads each answer to its end. It stops waiting for a server that accepts a request and then sends nothing, or
// only a part of an answer. A success that is not JSON is an error: it does not come from Atlas, or it is cut off.
type requestTimeout struct{ next http.RoundTripper }

func (p requestTimeout) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(request.Context(), answerTimeout, errTimeout)
	defer cancel()
	response, err := p.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, orTimeout(ctx, err)
	}
	defer response.Body.Close()
	data, err := readBody(response)
	switch {
	case err != nil:
		return nil, orTimeout(ctx, err)
	case len(data) > maxAnswer:
		return nil, errTooLong
	case response.StatusCode/100 == 2 && !isAnswer(request, data):
		return nil, errNotJSON
	}
	response.Body = inMemory{bytes.NewReader(data), data}
	return response, nil
}

// readBody reads a body, up to one byte more than an answer may have.
func readBody(response *http.Response) ([]byte, error) {
	var data bytes.Buffer
	data.Grow(int(min(max(response.ContentLength, 0), maxAnswer)) + bytes.MinRead) // so that reading to the end needs no larger buffer
	_, err := data.ReadFrom(io.LimitReader(response.Body, maxAnswer+1))
	return data.Bytes(), err
}

// inMemory is a body that was read. It can be read again as a whole.
type inMemory struct {
	*bytes.Reader
	data []byte
}

func (inMemory) Close() error { return nil }

// isAnswer reports whether a success can come from Atlas: it answers a DELETE with nothing or an object, another write with an
// object, and a read with any JSON [api deleteOrg] [api createOrg].
func isAnswer(request *http.Request, data []byte) bool {
	switch {
	case len(data) == 0:
		return request.Method == http.MethodDelete || !mayChange(request) && request.Method != http.MethodGet
	case mayChange(request):
		return json.Valid(data) && bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
	}
	return json.Valid(data)
}

// orTimeout returns errTimeout if the timeout caused the error, and otherwise the error itself.
func orTimeout(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}
