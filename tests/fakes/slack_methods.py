"""What each method of the Web API does in the fake workspace; mixed into `SlackServer`, which checks the call first."""

from typing import Any


class Methods:
    """`do_<method>` takes the arguments and returns the answer; one with "error" in it is a refusal."""

    team: str
    bot_user: str
    port: int
    users: dict[str, dict[str, str]]
    conversations: dict[str, list[dict[str, Any]]]
    whispers: list[dict[str, Any]]
    homes: dict[str, dict[str, Any]]
    views: dict[str, list[dict[str, Any]]]
    triggers: dict[str, str]
    external_ids: set[str]
    files: dict[str, dict[str, Any]]
    shared: dict[str, dict[str, Any]]
    violations: list[str]

    def number(self) -> int:
        raise NotImplementedError

    def timestamp(self) -> str:
        raise NotImplementedError

    def place(self, name: str) -> str:
        raise NotImplementedError

    def do_auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": self.team, "user_id": self.bot_user, "bot_id": "B0BOT", "url": "https://fake.slack.com/"}

    def do_apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={self.number()}"}

    def do_files_info(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["file"] not in self.shared:
            return {"error": "file_not_found"}
        address = f"http://127.0.0.1:{self.port}/shared/{given['file']}"
        return {"file": {"id": given["file"], "url_private_download": address, **self.shared[given["file"]]}}

    def do_users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["user"] not in self.users:
            return {"error": "user_not_found"}
        locale = {} if given.get("include_locale") in (None, "0") else {"locale": self.users[given["user"]]["locale"]}
        known = self.users[given["user"]]
        name = {"real_name": known["name"], "profile": {"display_name": known["name"]}} if "name" in known else {}
        return {"user": {"id": given["user"], "tz": known["tz"], **name, **locale}}

    def do_conversations_open(self, given: dict[str, Any]) -> dict[str, Any]:
        user = given.get("users", "")
        return {"channel": {"id": self.place(user)}} if user in self.users else {"error": "user_not_found"}

    def do_conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        said = [
            one for one in self.conversations.get(given["channel"], []) if one.get("thread_ts") in (None, one["ts"])
        ]
        return self._page(said, given)

    def do_conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        said = self.conversations.get(given["channel"], [])
        return self._page([one for one in said if given["ts"] in (one["ts"], one.get("thread_ts"))], given)

    def _page(self, said: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
        hidden = () if given.get("include_all_metadata") not in (None, "0") else ("metadata",)
        wanted = [one for one in said[::-1] if float(one["ts"]) > float(given.get("oldest", 0))]
        begin, most = int(given.get("cursor") or 0), int(given.get("limit", 100))
        rest = str(begin + most) if len(wanted) > begin + most else ""
        page = [{name: one[name] for name in one if name not in hidden} for one in wanted[begin : begin + most]]
        return {"messages": page, "has_more": bool(rest), "response_metadata": {"next_cursor": rest}}

    def do_conversations_list(self, given: dict[str, Any]) -> dict[str, Any]:
        alone = [{"id": self.place(user), "user": user, "is_im": True} for user in self.users]
        return {"channels": alone if given.get("types") == "im" else []}

    def do_chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:
        message = {"type": "message", "user": self.bot_user, "bot_id": "B0BOT", "ts": self.timestamp(), **given}
        channel = self.place(message.pop("channel"))
        if channel not in self.conversations:
            return {"error": "channel_not_found"}
        self.conversations[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def do_chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        for message in self.conversations.get(given["channel"], []):
            if message["ts"] == given["ts"] and message.get("user") == self.bot_user:
                message.update(given, edited={"ts": self.timestamp()})
                return {"channel": given["channel"], "ts": given["ts"]}
        return {"error": "message_not_found"}

    def do_chat_postEphemeral(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["channel"] not in self.conversations:
            return {"error": "channel_not_found"}
        self.whispers.append({"ts": self.timestamp(), **given})
        return {"message_ts": self.whispers[-1]["ts"]}

    def do_views_publish(self, given: dict[str, Any]) -> dict[str, Any]:
        self.homes[given["user_id"]] = given["view"]
        return {"view": {"id": f"V{self.number()}"}}

    def do_views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        if (user := self.triggers.pop(given["trigger_id"], None)) is None:
            return {"error": "expired_trigger_id"}
        if given["view"].get("external_id") in self.external_ids:
            return {"error": "duplicate_external_id"}
        return {"view": self.show_view(user, given["view"])}

    def do_views_update(self, given: dict[str, Any]) -> dict[str, Any]:
        for stack in self.views.values():
            for place, view in enumerate(stack):
                if given.get("external_id", view["external_id"]) == view["external_id"]:
                    stack[place] = {**given["view"], "id": view["id"], "hash": f"h{self.number()}"}
                    return {"view": stack[place]}
        return {"error": "not_found"}

    def show_view(self, user: str, view: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def do_files_getUploadURLExternal(self, given: dict[str, Any]) -> dict[str, Any]:
        file = f"F{self.number()}"
        self.files[file] = {"name": given["filename"], "length": int(given["length"]), "text": None, "channel": None}
        return {"upload_url": f"http://127.0.0.1:{self.port}/upload/{file}", "file_id": file}

    def do_files_completeUploadExternal(self, given: dict[str, Any]) -> dict[str, Any]:
        for one in given["files"]:
            self.files[one["id"]].update(channel=given.get("channel_id"), comment=given.get("initial_comment"))
        return {"files": given["files"]}
