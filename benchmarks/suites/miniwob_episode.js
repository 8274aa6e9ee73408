// Goes in right after the page's core.js: begins the episode as soon as the page has loaded, takes what is
// meant for people out of the document, and reports what was said at the start and the reward at the end.
(() => {
  document.currentScript.remove();
  const { seed, reportTo, longestMs } = __EPISODE__;
  const FOR_PEOPLE = ["reward-display", "click-canvas", "sync-task-cover"];

  // Synchronous, so that by the time anyone can look at the page again the report has arrived.
  const report = (fact) => {
    const request = new XMLHttpRequest();
    request.open("POST", reportTo, false);
    request.send(JSON.stringify(fact));
  };

  function removeWhatIsForPeople() {
    core.canvasClear(); // the page takes hold of the canvas here, which is gone from the document afterwards
    document.body.removeEventListener("click", core.canvasDrawClick);
    for (const id of FOR_PEOPLE) document.getElementById(id).remove();
    const nothing = () => {};
    core.startEpisode = core.createDisplay = core.updateDisplay = nothing;
    core.countdownTimer = core.clearTimer = nothing;
  }

  function end(reward, timeProportional, reason) {
    if (core.EP_TIMER === null) return; // only the first end of an episode counts
    clearTimeout(core.EP_TIMER);
    core.EP_TIMER = null;
    WOB_RAW_REWARD_GLOBAL = WOB_REWARD_GLOBAL = reward;
    WOB_REWARD_REASON = reason;
    WOB_DONE_GLOBAL = true;
    report({ event: "end", seed, rawReward: reward, reason: reason ?? null });
  }

  function begin() {
    removeWhatIsForPeople();
    core.endEpisode = end;
    core.EPISODE_MAX_TIME = longestMs;
    Math.seedrandom(seed);
    core.startEpisodeReal();
    const said = core.getUtterance();
    document.getElementById("query").innerHTML = "";
    report({ event: "start", seed, utterance: typeof said === "string" ? said : said.utterance });
  }

  // Registered late, so that it runs after the page's own onload, which is set while the page is parsed.
  addEventListener("DOMContentLoaded", () => addEventListener("load", begin));
})();
