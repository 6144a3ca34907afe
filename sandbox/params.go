package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// object reads a JSON object strictly: every parameter read is taken out, and
// whatever is left at end is a parameter the platform does not know. The first
// problem wins and is kept in fail, so that a decoder reads straight down and
// looks for an error once.
type object struct {
	fail   *failure
	path   string
	fields map[string]any
}

type failure struct{ err *apiError }

func (f *failure) refuse(e *apiError) {
	if f.err == nil {
		f.err = e
	}
}

// parseObject reads exactly one JSON object.
func parseObject(body []byte) (object, *apiError) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil || fields == nil {
		return object{}, refuse(codeMalformed, "The body is not a JSON object.")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return object{}, refuse(codeMalformed, "Unexpected content after the JSON object.")
	}
	return object{fail: &failure{}, fields: fields}, nil
}

func objectOf(values url.Values) object {
	fields := make(map[string]any, len(values))
	for key, list := range values {
		if len(list) > 0 {
			fields[key] = list[len(list)-1]
		}
	}
	return object{fail: &failure{}, fields: fields}
}

// at names a parameter as the platform does: template['language']['code'].
func (o object) at(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "['" + key + "']"
}

func (o object) take(key string) (any, bool) {
	value, ok := o.fields[key]
	delete(o.fields, key)
	return value, ok && value != nil
}

func (o object) has(key string) bool { value, ok := o.fields[key]; return ok && value != nil }

func (o object) missing(key string) {
	o.fail.refuse(refusef(codeParameterMissing, "The parameter %s is required.", o.at(key)))
}

func (o object) wrongType(key, want string) {
	o.fail.refuse(refusef(codeParameter, "Param %s must be %s.", o.at(key), want))
}

func (o object) invalid(key, why string) {
	o.fail.refuse(refusef(codeParameterValue, "Param %s %s.", o.at(key), why))
}

// text reads a string of at most max characters; it must be there and not empty.
func (o object) text(key string, max int) string {
	if !o.has(key) {
		o.missing(key)
		return ""
	}
	value := o.optional(key, max)
	if value == "" {
		o.invalid(key, "must not be empty")
	}
	return value
}

// optional reads a string of at most max characters, or "".
func (o object) optional(key string, max int) string {
	raw, ok := o.take(key)
	if !ok {
		return ""
	}
	value, ok := raw.(string)
	if !ok {
		o.wrongType(key, "a string")
		return ""
	}
	if utf8.RuneCountInString(value) > max {
		o.invalid(key, "must be at most "+strconv.Itoa(max)+" characters long")
	}
	return value
}

// enum reads one of the allowed strings; absent gives fallback, and an empty
// fallback makes the parameter mandatory.
func (o object) enum(key, fallback string, allowed ...string) string {
	if !o.has(key) {
		if fallback == "" {
			o.missing(key)
		}
		return fallback
	}
	value := o.optional(key, 1<<16)
	if !slices.Contains(allowed, value) {
		o.invalid(key, "must be one of {"+strings.Join(allowed, ", ")+"}")
	}
	return value
}

// enumFold is enum for the parameters that the platform takes in any case.
func (o object) enumFold(key string, allowed ...string) string {
	if value, isString := o.fields[key].(string); isString {
		o.fields[key] = strings.ToLower(value)
	}
	return o.enum(key, "", allowed...)
}

func (o object) boolean(key string) bool {
	raw, ok := o.take(key)
	if !ok {
		return false
	}
	switch value := raw.(type) {
	case bool:
		return value
	case string:
		if parsed, err := strconv.ParseBool(value); err == nil {
			return parsed
		}
	}
	o.wrongType(key, "a boolean")
	return false
}

// number reads a JSON number, or a string that holds one, as the platform does.
func (o object) number(key string, required bool) float64 {
	raw, ok := o.take(key)
	if !ok {
		if required {
			o.missing(key)
		}
		return 0
	}
	var literal string
	switch value := raw.(type) {
	case json.Number:
		literal = value.String()
	case string:
		literal = value
	}
	parsed, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		o.wrongType(key, "a number")
	}
	return parsed
}

// integer reads a whole number of the closed range.
func (o object) integer(key string, required bool, low, high int) int {
	if !required && !o.has(key) {
		return 0
	}
	value := o.number(key, required)
	if whole := int(value); float64(whole) == value && whole >= low && whole <= high {
		return whole
	}
	o.invalid(key, "must be a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	return low
}

// child reads an object; ok is false where it is absent or no object.
func (o object) child(key string, required bool) (object, bool) {
	raw, present := o.take(key)
	if !present {
		if required {
			o.missing(key)
		}
		return object{fail: o.fail, path: o.at(key)}, false
	}
	fields, isObject := raw.(map[string]any)
	if !isObject {
		o.wrongType(key, "a JSON object")
	}
	return object{fail: o.fail, path: o.at(key), fields: fields}, isObject
}

// children reads an array of objects with low to high elements; low 0 makes it optional.
func (o object) children(key string, low, high int) []object {
	raw, present := o.take(key)
	if !present {
		if low > 0 {
			o.missing(key)
		}
		return nil
	}
	list, isList := raw.([]any)
	if !isList {
		o.wrongType(key, "a JSON array")
		return nil
	}
	if len(list) < low || len(list) > high {
		o.invalid(key, "must have from "+strconv.Itoa(low)+" to "+strconv.Itoa(high)+" elements")
		return nil
	}
	elements := make([]object, 0, len(list))
	for i, item := range list {
		path := o.at(key) + "[" + strconv.Itoa(i) + "]"
		fields, isObject := item.(map[string]any)
		if !isObject {
			o.fail.refuse(refusef(codeParameter, "Param %s must be a JSON object.", path))
			return nil
		}
		elements = append(elements, object{fail: o.fail, path: path, fields: fields})
	}
	return elements
}

// strings reads an array of strings.
func (o object) strings(key string) []string {
	raw, present := o.take(key)
	if !present {
		return nil
	}
	list, isList := raw.([]any)
	if !isList {
		o.wrongType(key, "a JSON array")
		return nil
	}
	values := make([]string, 0, len(list))
	for _, item := range list {
		value, isString := item.(string)
		if !isString {
			o.wrongType(key, "an array of strings")
			return nil
		}
		values = append(values, value)
	}
	return values
}

// ignore takes parameters out whose content the simulator does not look at.
func (o object) ignore(keys ...string) {
	for _, key := range keys {
		delete(o.fields, key)
	}
}

// end refuses what was not read.
func (o object) end() {
	if len(o.fields) == 0 {
		return
	}
	unknown := slices.Min(slices.Collect(maps.Keys(o.fields)))
	if len(unknown) > 64 {
		unknown = strings.ToValidUTF8(unknown[:64], "")
	}
	o.fail.refuse(refusef(codeParameter, "Unexpected key %q on param %q.", unknown, o.path))
}
