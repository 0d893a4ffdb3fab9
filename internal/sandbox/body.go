package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"unicode/utf8"
)

const (
	maxBody  = 1 << 20 // bytes
	maxDepth = 100     // levels of nested JSON
)

// readBody reads at most maxBody+1 bytes, so that the caller can see that a body is too long.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, maxBody+1))
}

// parseBody reads the request body: a JSON object for POST, PUT and PATCH, and nothing for other methods.
func parseBody(c *call) (err error) {
	raw, err := io.ReadAll(c.r.Body)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, c.r.Method) {
		if len(raw) > 0 {
			return invalid(c.r.Method + " must not have a request body")
		}
		return nil
	}
	if len(raw) > maxBody {
		return refuse(http.StatusRequestEntityTooLarge, "REQUEST_TOO_LARGE", "The request body is over 1 MiB.")
	}
	if len(raw) > 0 && !isJSONType(c.r.Header.Get("Content-Type")) {
		return refuse(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE",
			"Content-Type must be application/json or application/vnd.atlas.<date>+json.")
	}
	c.body, err = parseObject(raw)
	return err
}

// isJSONType reports whether Atlas accepts a request body with that Content-Type [doc versions].
func isJSONType(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mediaType == "application/json" || mediaDate(mediaType) != "")
}

// parseObject reads one JSON object strictly. It refuses text after the object, duplicate keys and invalid UTF-8.
func parseObject(raw []byte) (fields, error) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, malformed("is not valid JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := parseValue(dec, 0)
	if err != nil {
		return nil, err
	}
	object, ok := v.(fields)
	if !ok {
		return nil, bad("INVALID_JSON", "Received JSON does not match expected format.")
	}
	return object, nil
}

func malformed(what string) *failure {
	return bad("MALFORMED_JSON", "Received JSON is malformed: it "+what+".")
}

// parseValue reads the next JSON value. The caller has checked that the JSON is valid.
func parseValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, malformed("is nested too deeply")
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseMembers(dec, depth)
	case json.Delim('['):
		return parseElements(dec, depth)
	}
	return token, nil
}

func parseMembers(dec *json.Decoder, depth int) (any, error) {
	object := fields{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key := fmt.Sprint(name)
		if _, twice := object[key]; twice {
			return nil, malformed("has the key " + key + " twice")
		}
		if object[key], err = parseValue(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

func parseElements(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := parseValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}
