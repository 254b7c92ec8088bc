// Small conveniences. Every page works without them.
"use strict";
