// Telephones that speak.
"use strict";

// What the browser's own voice says, if it has one and is asked to.
const voice = {
  get box() { return $("#voice"); },
  say(words) {
    if (!this.box.checked || !window.speechSynthesis || /^\[.*\]$/.test(words)) return;
    const said = new SpeechSynthesisUtterance(words);
    said.lang = "en-US";
    speechSynthesis.speak(said);
  },
  begin() {
    $("#voice-label").hidden = !window.speechSynthesis;
    this.box.addEventListener("change", () => this.box.checked || speechSynthesis.cancel());
  },
};
