"""All code that writes cases, events and clocks: `doors` (open, take a step), `clocks`, `sweep`, `follow`, `bulk` …."""
