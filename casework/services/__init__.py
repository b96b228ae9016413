"""The only code that writes cases, events and clocks: `doors` (open, take a step), `clocks`, `sweep`, `calendars`, `bulk`."""
