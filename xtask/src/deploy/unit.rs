//! The unit of systemd: systemd itself reads it, and says how much it leaves open.

use super::{Bench, Omissions, said};
use crate::project::{Failure, read, succeeds, write};

/// How exposed the service may be, in tenths of systemd's measure from 0 to 10.
const MOST_EXPOSED: &str = "15";

/// Has systemd look at the unit.
pub(super) fn check(bench: &Bench<'_>) -> Result<Omissions, Failure> {
    if !succeeds(bench.project.command("systemd-analyze").arg("--version")) {
        return Ok(vec!["deploy/systemd, since there is no systemd".to_owned()]);
    }
    // The program, and whom it runs as, are there once it is installed: here, others stand for them.
    let server = bench.project.built("debug", "omnistack-server");
    let unit = read(&bench.deployed("systemd/omnistack-server.service"))?
        .replace("/usr/bin/omnistack-server", &server.to_string_lossy())
        .replace("User=omnistack-server", "User=daemon")
        .replace("Group=omnistack-server", "Group=daemon");
    let path = bench.scratch.join("omnistack-server.service");
    write(&path, &unit)?;
    let analyze = || bench.project.command("systemd-analyze");
    let complaints = said(analyze().args(["verify", "--man=no"]).arg(&path))?;
    // A key that it does not know is passed over, which is told and no failure.
    if complaints.contains("omnistack-server.service:") {
        return Err(Failure::Told(format!("systemd says of the unit:\n{complaints}")));
    }
    let threshold = format!("--threshold={MOST_EXPOSED}");
    said(analyze().args(["security", "--offline=true", &threshold]).arg(&path))?;
    let folders = bench.deployed("systemd/omnistack-server.tmpfiles");
    let users = bench.deployed("systemd/omnistack-server.sysusers");
    if !succeeds(bench.project.command("systemd-sysusers").arg("--version")) {
        return Ok(vec!["sysusers and tmpfiles, since systemd has neither here".to_owned()]);
    }
    let root = bench.scratch.join("root");
    let root_option = format!("--root={}", root.display());
    write(&root.join("etc/passwd"), "root:x:0:0::/root:/bin/sh\n")?;
    write(&root.join("etc/group"), "root:x:0:\n")?;
    said(bench.project.command("systemd-sysusers").arg(&root_option).arg(users))?;
    let mut command = bench.project.command("systemd-tmpfiles");
    said(command.args(["--create", &root_option]).arg(folders))?;
    for folder in
        ["etc/omnistack-server/secrets", "var/lib/omnistack-server", "var/log/omnistack-server"]
    {
        if !root.join(folder).is_dir() {
            return Err(Failure::Told(format!("tmpfiles did not make {folder}")));
        }
    }
    Ok(Vec::new())
}
