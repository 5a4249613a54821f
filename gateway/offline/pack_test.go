package offline

import (
	"reflect"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// fill gives every field a value of its own, so that one that is not packed
// shows.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1700000000+int64(*n), int64(*n)).UTC()))
		return
	case subscriber.Hash:
		v.Set(reflect.ValueOf(hasher{}.Hash("any", time.Duration(*n).String())))
		return
	case hlr.LastChange:
		return // an identity event does not tell it
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		v.Elem().SetBool(*n%2 == 0)
	case reflect.String:
		v.SetString("text" + time.Duration(*n).String())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint32:
		v.SetUint(uint64(*n))
	default:
		panic(v.Type().String())
	}
}

func TestHistoriesArePackedWhole(t *testing.T) {
	var h, got hlr.History
	n := 0
	fill(reflect.ValueOf(&h).Elem(), &n)
	h.Seen.IMEI = h.LastSeen // which is written once
	unpackHistory(string((&packing{}).history(&h)), &got)
	if !reflect.DeepEqual(got, h) {
		t.Errorf("packed and unpacked:\n%+v, want\n%+v", got, h)
	}
	var none hlr.History
	if unpackHistory(string((&packing{}).history(&none)), &got); len(got.Changes) != 0 || got.Known() || !got.LastSeen.IsZero() {
		t.Errorf("nothing became %+v", got)
	}
}

func TestSubscribersArePackedWhole(t *testing.T) {
	var s, got hlr.Subscriber
	n := 0
	fill(reflect.ValueOf(&s).Elem(), &n)
	unpackSubscriber(string((&packing{}).subscriber(&s)), &got)
	if !reflect.DeepEqual(got, s) {
		t.Errorf("packed and unpacked:\n%+v, want\n%+v", got, s)
	}
	var none hlr.Subscriber
	if unpackSubscriber(string((&packing{}).subscriber(&none)), &got); !reflect.DeepEqual(got, none) {
		t.Errorf("nothing became %+v", got)
	}
}
