package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"tollgate/fraud/replay"
)

// BenchmarkReplay is a file from its text to the report's figures: decoding,
// windows, identities of record, decisions of policy `default`, counts. Goal:
// 200 000 events a second on one core.
func BenchmarkReplay(b *testing.B) {
	tape := newTape()
	for range 40 {
		tape.day()
		tape.now = tape.now.Add(20 * time.Hour)
	}
	text := tape.String()
	rig, err := newReplayRig(&replayFlags{})
	if err != nil {
		b.Fatal(err)
	}
	events := int64(0)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		b.StopTimer()
		lanes := rig.lanes() // cold, as at the start of every replay
		b.StartTimer()
		in, err := replay.Stream(context.Background(), replay.NewReader(strings.NewReader(text)), func(e *replay.Event) error {
			lanes[0].Feed(e)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		events += in.Lines
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
