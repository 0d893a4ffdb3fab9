package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// violations returns how an exchange differs from the description. The request is checked if it succeeded (a refused
// request may be wrong), or if every is set.
func (d *description) violations(ctx context.Context, e exchange, every bool) (found []string) {
	route, parameters := d.operation(e)
	if route == nil {
		return d.undescribed(e)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: e.request(), PathParams: parameters, Route: route, QueryParams: e.url().Query(), Options: options(),
	}
	add := func(what string, err error) {
		if err != nil {
			found = append(found, fmt.Sprintf("%s %s: %v", route.Operation.OperationID, what, err))
		}
	}
	if every || e.succeeded() {
		add("request", openapi3filter.ValidateRequest(ctx, input))
		add("request", negotiation(e, route.Operation))
	}
	add(fmt.Sprintf("answer %d", e.status), openapi3filter.ValidateResponse(ctx, e.response(input)))
	return found
}

// undescribed checks an exchange without an operation: it must fail, with an error in the usual shape.
func (d *description) undescribed(e exchange) []string {
	var body any
	err := json.Unmarshal(e.answer, &body)
	switch {
	case e.succeeded():
		err = fmt.Errorf("the description has no such operation")
	case err == nil:
		err = d.doc.Components.Schemas["ApiError"].Value.VisitJSON(body, openapi3.MultiErrors(), openapi3.VisitAsResponse(),
			openapi3.SetSchemaErrorMessageCustomizer(oneLine))
	}
	if err == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s %s answer %d: %v", e.method, e.uri, e.status, err)}
}

func options() *openapi3filter.Options {
	email := openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail)
	o := &openapi3filter.Options{
		IncludeResponseStatus:             true,
		MultiError:                        true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // the sandbox checks that
		SchemaValidationOptions:           []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidator("email", email)},
	}
	o.WithCustomSchemaErrorFunc(oneLine)
	return o
}

// oneLine returns a violation without the schema and the value.
func oneLine(err *openapi3.SchemaError) string {
	at := "/" + strings.Join(err.JSONPointer(), "/")
	if err.Origin != nil {
		return at + ": " + err.Origin.Error()
	}
	return at + ": " + err.Reason
}

// negotiation checks the parts of a request that the validator does not check.
func negotiation(e exchange, o *openapi3.Operation) error {
	accept := e.sent.Values("Accept")
	if described := versions(o); versioned(described) && (len(accept) != 1 || !slices.Contains(described, accept[0])) {
		return fmt.Errorf("Accept %q is none of %q", accept, versions(o))
	}
	for name := range e.url().Query() {
		if o.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("the parameter %s is not described", name)
		}
	}
	return nil
}

// request returns the request again, for a validator to read.
func (e exchange) request() *http.Request {
	return &http.Request{
		Method: e.method, URL: e.url(), Header: e.sent,
		Body: io.NopCloser(bytes.NewReader(e.body)), ContentLength: int64(len(e.body)),
	}
}

// response returns the answer without its envelope, which the description only mentions in the text of the parameter.
func (e exchange) response(input *openapi3filter.RequestValidationInput) *openapi3filter.ResponseValidationInput {
	body := e.answer
	if e.url().Query().Get("envelope") == "true" && e.succeeded() {
		body = unwrap(body)
	}
	return &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.status, Header: e.header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: options(),
	}
}

// unwrap returns the content of an envelope. A list object is its own content; anything else is in a field.
func unwrap(body []byte) []byte {
	var wrapped map[string]json.RawMessage
	if json.Unmarshal(body, &wrapped) != nil || wrapped["status"] == nil {
		return body
	}
	for _, field := range []string{"content", "envelope"} {
		if content := wrapped[field]; content != nil {
			return content
		}
	}
	delete(wrapped, "status")
	content, err := json.Marshal(wrapped)
	if err != nil {
		return body
	}
	return content
}
