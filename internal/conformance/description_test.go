package conformance

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// descriptionFile is the part of the official description of 2026-08-21 about organizations. Its licence does not allow
// it in the project, so it is outside the clone.
const descriptionFile = "../../../shared/atlas-api/openapi.json"

// description is the loaded API description.
type description struct {
	doc    *openapi3.T
	router routers.Router
}

func readDescription(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(descriptionFile)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the official API description is not at %s; its licence keeps it out of this project", descriptionFile)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// newDescription loads the description with amendments, and makes it strict, because Atlas refuses unknown fields
// [doc admin-api].
func newDescription(t *testing.T, data []byte, amendments ...amendment) *description {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(amend(t, data, amendments))
	if err != nil {
		t.Fatal(err)
	}
	// The pattern of IP addresses has a look-ahead, which Go's regexp does not support. Validate checks examples
	// against patterns.
	err = doc.Validate(t.Context(), openapi3.DisableSchemaPatternValidation(), openapi3.DisableExamplesValidation())
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil // the sandbox is on loopback
	closeSchemas(doc.Components.Schemas)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &description{doc, router}
}

// closeSchemas makes every object refuse unknown properties. An object that is composed of several schemas, such as a
// user, has the properties of all of them.
func closeSchemas(schemas openapi3.Schemas) {
	for _, s := range schemas {
		for _, variant := range s.Value.OneOf {
			for _, part := range variant.Value.AllOf {
				for name, property := range part.Value.Properties {
					s.Value.Properties[name] = property
				}
			}
		}
	}
	for _, s := range schemas {
		if s.Value.Properties != nil && s.Value.AllOf == nil && s.Value.AdditionalProperties.Has == nil {
			s.Value.AdditionalProperties.Has = new(bool)
		}
	}
}

// operation returns the operation that the exchange used, or nil, with the parameters in its path.
func (d *description) operation(e exchange) (*routers.Route, map[string]string) {
	route, parameters, err := d.router.FindRoute(e.request())
	if err != nil {
		return nil, nil
	}
	return route, parameters
}

// versions returns the media types of successful answers of an operation, newest last.
func versions(o *openapi3.Operation) []string {
	var types []string
	for status, response := range o.Responses.Map() {
		if status[0] != '2' {
			continue
		}
		for mediaType := range response.Value.Content {
			types = append(types, mediaType)
		}
	}
	slices.Sort(types)
	return types
}

// versioned tells whether media types contain the date of a version.
func versioned(types []string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return strings.HasPrefix(t, "application/vnd.atlas.") })
}
