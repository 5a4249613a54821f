package main

const replayHelp = `Todo`
