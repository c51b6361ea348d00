import { describe, expect, it } from "vitest";

import manifest from "../../package.json";
import { explicitSettings, type Inspected, knownRules, serverSettings } from "../../src/settings";

/** An editor's settings, of which some are set and the others have defaults. */
function editor(set: Record<string, Inspected>) {
  const get = (key: string) => {
    const { globalValue, workspaceValue, workspaceFolderValue } = set[key] ?? {};
    return workspaceFolderValue ?? workspaceValue ?? globalValue ?? "a default";
  };
  return { inspect: (key: string) => set[key] ?? {}, get };
}

describe("what the server is sent", () => {
  const names = serverSettings(manifest);

  it("is what somebody has set, in the tables that the server knows", () => {
    const settings = editor({
      "omnistack.profile": { globalValue: "strict", workspaceValue: "preview" },
      "omnistack.predict.enabled": { workspaceFolderValue: false },
      "omnistack.limits.lines": { globalValue: 50 },
      "omnistack.limits.nesting": { globalValue: 3 },
    });
    expect(explicitSettings(names, settings)).toEqual({
      profile: "preview",
      predict: { enabled: false },
      limits: { lines: 50, nesting: 3 },
    });
  });

  it("is nothing where nobody has set anything: defaults would hold over omnistack.toml", () => {
    expect(explicitSettings(names, editor({}))).toEqual({});
  });

  it("is of the wrong type if that is what was set: the server says so", () => {
    const settings = editor({ "omnistack.limits.lines": { globalValue: "many" } });
    expect(explicitSettings(names, settings)).toEqual({ limits: { lines: "many" } });
    expect(explicitSettings(names, editor({ "omnistack.select": { globalValue: null } }))).toEqual({
      select: "a default",
    });
  });

  it("leaves out what is for the extension itself", () => {
    expect(names).toContain("omnistack.predict.enabled");
    expect(names.filter((it) => it.includes("server.") || it.includes("trace."))).toEqual([]);
    // Whether a workspace is trusted is the editor's to say.
    expect(names).not.toContain("omnistack.trusted");
  });
});

describe("the manifest", () => {
  it("names the rules that there are", () => {
    const rules = knownRules(manifest);
    expect(rules.length).toBeGreaterThan(100);
    expect(rules).toContain("bug/self-comparison");
    expect(rules).toContain("predict/wrong-operator");
  });

  it("has a default and a description for each setting: editors make up a default otherwise", () => {
    const sections: readonly { properties: Record<string, unknown> }[] = manifest.contributes.configuration;
    const settings = sections.flatMap((it) => Object.entries(it.properties));
    expect(settings.length).toBeGreaterThan(20);
    for (const [name, schema] of settings) {
      expect(schema, name).toHaveProperty("default");
      expect(schema, name).toHaveProperty("markdownDescription", expect.stringContaining("."));
    }
  });

  it("lets no workspace that is not trusted name programs, paths or hosts", () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    for (const name of ["omnistack.server.path", "omnistack.server.useBundled", "omnistack.predict.model"]) {
      expect(restricted).toContain(name);
    }
  });

  it("has a title for each command, and a command for each step of the walkthrough", () => {
    const commands = manifest.contributes.commands.map((it) => it.command);
    expect(new Set(commands).size).toBe(commands.length);
    const steps = manifest.contributes.walkthroughs.flatMap((it) => it.steps);
    for (const step of steps) {
      for (const [, command] of step.description.matchAll(/\(command:(omnistack\.\w+)/g)) {
        expect(commands).toContain(command);
      }
    }
  });
});
